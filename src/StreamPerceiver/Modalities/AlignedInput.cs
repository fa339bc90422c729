namespace StreamPerceiver.Modalities;

/// <summary>The data of one input in a window, placed in time. Each modality has its own subtype.</summary>
public abstract record AlignedInput;
