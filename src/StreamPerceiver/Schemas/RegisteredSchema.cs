namespace StreamPerceiver.Schemas;

/// <summary>The language of a schema.</summary>
public enum SchemaKind
{
    /// <summary>Avro: the text is a schema in JSON.</summary>
    Avro,

    /// <summary>Protobuf: the text is a <c>FileDescriptorProto</c> in base64.</summary>
    Protobuf,

    /// <summary>JSON Schema.</summary>
    Json,
}

/// <summary>A schema of a registry.</summary>
/// <param name="Kind">Its language.</param>
/// <param name="Text">The schema.</param>
/// <param name="References">All schemas that it needs, by the names under which they are referred to; each stands behind those that it needs itself.</param>
public sealed record RegisteredSchema(SchemaKind Kind, string Text, IReadOnlyList<(string Name, string Text)> References);

/// <summary>Thrown by a registry that gives no answer now: it cannot be reached, is overloaded, or does not accept the worker's credentials.</summary>
public sealed class RegistryAwayException(string message, Exception cause) : StreamPerceiverException(message, cause);

/// <summary>A schema registry. Thread-safe.</summary>
public interface ISchemaRegistry
{
    /// <summary>Returns the schema of an id with all that it needs, or null where the registry has no schema of that id.</summary>
    /// <exception cref="RegistryAwayException">The registry gives no answer now.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    RegisteredSchema? Find(int id, CancellationToken stop);

    /// <summary>Returns the id of a schema under a subject, or null where the subject does not have it.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="schema">The schema, which refers to no others.</param>
    /// <param name="registers">Whether the schema is registered where the subject does not have it.</param>
    /// <param name="stop">Ends the wait for an answer.</param>
    /// <exception cref="StreamPerceiverException">The subject does not take the schema.</exception>
    /// <exception cref="RegistryAwayException">The registry gives no answer now.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    int? IdOf(string subject, RegisteredSchema schema, bool registers, CancellationToken stop);
}
