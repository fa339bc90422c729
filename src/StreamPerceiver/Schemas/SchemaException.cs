namespace StreamPerceiver.Schemas;

/// <summary>Thrown for a schema that breaks the rules of its language, or has something that this worker does not read.</summary>
internal sealed class SchemaException(string message, Exception? cause = null) : StreamPerceiverException(message, cause);
