namespace StreamPerceiver.Modalities;

/// <summary>One input's data in a window, placed in time. Each modality has its own kind.</summary>
public abstract record AlignedInput;
