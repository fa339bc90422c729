namespace StreamPerceiver.Flow;

/// <summary>The final outcome of a record. Where several windows share the record, the greatest of their outcomes counts.</summary>
public enum Outcome
{
    /// <summary>No window with it was published: a required input was missing, no window covers it, or an earlier run published its windows.</summary>
    Skipped = 1,

    /// <summary>The record arrived after its input had passed all of its windows. The late topic has the record, where a pipeline has that topic.</summary>
    Late = 2,

    /// <summary>The record, or each of its windows, could not be used. The dead-letter topic has the record or the windows, with the reason.</summary>
    Rejected = 3,

    /// <summary>The record is in at least one window whose prediction was published.</summary>
    Used = 4,
}
