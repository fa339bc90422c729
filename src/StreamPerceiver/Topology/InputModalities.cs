using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;

namespace StreamPerceiver.Topology;

/// <summary>The modalities that a pipeline file may name.</summary>
internal static class InputModalities
{
    /// <summary>The function that reads an input's section, by the name of the modality.</summary>
    public static IReadOnlyDictionary<string, Func<InputSection, InputSpec>> Readers { get; } = new Dictionary<string, Func<InputSection, InputSpec>>
    {
        ["video"] = VideoSpec.Read,
        ["audio"] = AudioSpec.Read,
        ["sensor"] = SensorSpec.Read,
        ["set"] = SetSpec.Read,
        ["text"] = TextSpec.Read,
        ["category"] = CategorySpec.Read,
    };
}
