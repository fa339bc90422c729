namespace StreamPerceiver.Flow;

/// <summary>What became of a record in the end. Where several windows shared it, the greatest holds.</summary>
public enum Outcome
{
    /// <summary>None of its windows was published: they lacked a required input, no window covers it, or they were out before a restart.</summary>
    Skipped = 1,

    /// <summary>It came behind all of its windows, and is in the late topic where there is one.</summary>
    Late = 2,

    /// <summary>It, or each window that it is in, could not be used, and is in the dead-letter topic with its reason.</summary>
    Rejected = 3,

    /// <summary>It is in at least one window whose prediction was published.</summary>
    Used = 4,
}
