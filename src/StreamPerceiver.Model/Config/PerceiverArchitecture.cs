namespace StreamPerceiver.Model;

/// <summary>The family of a model. The family decides the names of the tensors and of the input and output arrays.</summary>
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

    /// <summary>Our own family: any named inputs and outputs, joined as in the multimodal model.</summary>
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
