using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>Writes a window in JSON, the same in predictions and in dead letters.</summary>
public static class WindowJson
{
    /// <summary>Writes the pipeline, entity, times and close reason of a window.</summary>
    public static void WriteWindow(Utf8JsonWriter json, string pipeline, WindowHeader header)
    {
        json.WriteString("pipeline", pipeline);
        json.WriteString("entity", header.Entity);
        json.WriteStartObject("window");
        json.WriteString("start", header.Start.ToString());
        json.WriteString("end", header.End.ToString());
        json.WriteString("closedBy", header.ClosedBy switch
        {
            CloseReason.Watermark => "watermark",
            CloseReason.Idle => "idle",
            _ => "flush",
        });
        json.WriteEndObject();
    }

    /// <summary>Writes the presence, coverage and staleness of each input in a window.</summary>
    public static void WriteInputs(Utf8JsonWriter json, WindowHeader header)
    {
        json.WriteStartObject("inputs");
        foreach (InputPresence input in header.Inputs)
        {
            json.WriteStartObject(input.Name);
            json.WriteBoolean("present", input.Present);
            json.WriteNumber("coverage", Math.Round(input.Coverage, 6));
            if (input.StalenessNs is { } staleness) json.WriteNumber("stalenessMs", (double)staleness / EventTime.PerMillisecond);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
