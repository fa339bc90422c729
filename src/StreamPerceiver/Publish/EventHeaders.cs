using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>Makes the headers of what is published of a window: a CloudEvent in binary mode, and the trace that it belongs to.</summary>
internal static class EventHeaders
{
    /// <summary>The content type of a record whose value is the whole event.</summary>
    public const string StructuredType = "application/cloudevents+json; charset=utf-8";

    /// <summary>Makes the headers of one record.</summary>
    /// <param name="prediction">The prediction of the window.</param>
    /// <param name="type">The CloudEvents type.</param>
    /// <param name="id">The record's id.</param>
    /// <param name="contentType">The content type of its value.</param>
    public static List<KeyValuePair<string, byte[]?>> Of(Prediction prediction, string type, string id, string contentType)
    {
        List<KeyValuePair<string, byte[]?>> headers =
        [
            new("ce_specversion", "1.0"u8.ToArray()),
            new("ce_type", Encoding.UTF8.GetBytes(type)),
            new("ce_source", Encoding.UTF8.GetBytes(SourceOf(prediction.Pipeline))),
            new("ce_id", Encoding.UTF8.GetBytes(id)),
            new("ce_time", Encoding.UTF8.GetBytes(prediction.Header.End.ToString())),
            new("content-type", Encoding.UTF8.GetBytes(contentType)),
        ];
        headers.AddTrace(prediction.Header, prediction.Pipeline);
        return headers;
    }

    /// <summary>Makes the headers of a record whose value is the whole event: its content type, and the trace.</summary>
    /// <param name="prediction">The prediction of the window.</param>
    public static List<KeyValuePair<string, byte[]?>> OfStructured(Prediction prediction)
    {
        List<KeyValuePair<string, byte[]?>> headers = [new("content-type", Encoding.UTF8.GetBytes(StructuredType))];
        headers.AddTrace(prediction.Header, prediction.Pipeline);
        return headers;
    }

    /// <summary>Returns the source of a pipeline's events.</summary>
    public static string SourceOf(string pipeline) => $"/streamperceiver/{pipeline}";

    /// <summary>Adds the trace that a window belongs to, if it belongs to one.</summary>
    /// <param name="headers">The headers to add to.</param>
    /// <param name="window">The window.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    public static void AddTrace(this List<KeyValuePair<string, byte[]?>> headers, WindowHeader window, string pipeline)
    {
        if (window.Trace is not { } trace) return;
        headers.AddText(TraceContext.ParentHeader, trace.ParentOf(window.IdIn(pipeline)));
        if (trace.State is { } state) headers.AddText(TraceContext.StateHeader, state);
    }
}
