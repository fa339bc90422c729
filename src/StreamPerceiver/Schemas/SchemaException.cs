namespace StreamPerceiver.Schemas;

/// <summary>Thrown for a schema that is not what its language says, or that this worker does not read.</summary>
internal sealed class SchemaException(string message, Exception? cause = null) : StreamPerceiverException(message, cause);
