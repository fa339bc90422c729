namespace StreamPerceiver.Flow;

/// <summary>The final outcome of a record. Where several windows share the record, the greatest of their outcomes counts.</summary>
public enum Outcome
{
    /// <summary>No window with it was published: a required input was missing, no window covers it, or an earlier run published its windows.</summary>
    Skipped = 1,

    /// <summary>It arrived after its input had passed all of its windows. It is in the late topic where there is one.</summary>
    Late = 2,

    /// <summary>The record, or each of its windows, could not be used. It is in the dead-letter topic, with the reason.</summary>
    Rejected = 3,

    /// <summary>It is in at least one window whose prediction was published.</summary>
    Used = 4,
}
