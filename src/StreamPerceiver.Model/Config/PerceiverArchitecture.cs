namespace StreamPerceiver.Model;

/// <summary>Which family a model belongs to. It decides the names of its tensors and of the arrays that it takes and gives.</summary>
public enum PerceiverArchitecture
{
    /// <summary>Hugging Face's PerceiverForMaskedLM: one text, logits at every place.</summary>
    MaskedLanguageModel,

    /// <summary>Hugging Face's PerceiverForSequenceClassification: one text, one label.</summary>
    SequenceClassification,

    /// <summary>Hugging Face's PerceiverForImageClassificationLearned: one image of a fixed size, one label.</summary>
    ImageClassificationLearned,

    /// <summary>Hugging Face's PerceiverForImageClassificationFourier: one image, one label.</summary>
    ImageClassificationFourier,

    /// <summary>Hugging Face's PerceiverForImageClassificationConvProcessing: one image, one label.</summary>
    ImageClassificationConv,

    /// <summary>Hugging Face's PerceiverForOpticalFlow: two frames as 3 x 3 neighbourhoods, flow at every pixel.</summary>
    OpticalFlow,

    /// <summary>Hugging Face's PerceiverForMultimodalAutoencoding: audio, image and label in, and out.</summary>
    MultimodalAutoencoding,

    /// <summary>Our own: any named inputs, any named outputs, joined as the multimodal model joins them.</summary>
    StreamPerceiver,
}

/// <summary>Which side of a cross-attention gives the number of query and key channels (Hugging Face's cross_attention_shape_for_attention).</summary>
public enum CrossAttentionShape
{
    /// <summary>The keys' and values' side.</summary>
    Kv,

    /// <summary>The queries' side.</summary>
    Q,
}
