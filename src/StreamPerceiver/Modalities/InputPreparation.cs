namespace StreamPerceiver.Modalities;

/// <summary>How the data of one input were prepared when its model was trained. The input must give the same in the stream, or the start is refused.</summary>
/// <param name="Name">What messages call it, such as <c>preprocessor_config.json</c>.</param>
public abstract record InputPreparation(string Name);
