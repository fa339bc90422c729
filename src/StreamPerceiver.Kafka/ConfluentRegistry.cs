using Confluent.SchemaRegistry;
using StreamPerceiver.Schemas;
using RegisteredSchema = StreamPerceiver.Schemas.RegisteredSchema;

namespace StreamPerceiver.Kafka;

/// <summary>A schema registry with Confluent's routes, by Confluent's client.</summary>
public sealed class ConfluentRegistry : ISchemaRegistry, IDisposable
{
    private const int MostReferences = 64;
    private const int Incompatible = 409;
    private const int Invalid = 422;
    private const string Serialized = "serialized"; // a schema of Protobuf as its descriptor in base64

    // Of a schema, a subject or a version that the registry does not have.
    private static readonly int[] UnknownCodes = [40401, 40402, 40403];

    private readonly CachedSchemaRegistryClient _client;

    /// <summary>Makes the client; nothing is asked yet.</summary>
    /// <exception cref="StreamPerceiverException">The client refuses a setting.</exception>
    public ConfluentRegistry(RegistryOptions options)
    {
        try
        {
            _client = new CachedSchemaRegistryClient(options.ToClient());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.Security.Cryptography.CryptographicException or IOException)
        {
            throw new StreamPerceiverException($"the schema registry's client refuses its settings: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <inheritdoc/>
    public RegisteredSchema? Find(int id, CancellationToken stop)
    {
        try
        {
            Schema schema = TextOf(id, stop);
            List<(string Name, string Text)> references = [];
            AddReferences(schema, references, [], stop);
            return new RegisteredSchema(KindOf(schema.SchemaType), schema.SchemaString, references);
        }
        catch (SchemaRegistryException e) when (UnknownCodes.Contains(e.ErrorCode))
        {
            return null;
        }
        catch (Exception e) when (e is not StreamPerceiverException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            throw new RegistryAwayException(OneLine(e), e);
        }
    }

    /// <inheritdoc/>
    public int? IdOf(string subject, RegisteredSchema schema, bool registers, CancellationToken stop)
    {
        var own = new Schema(schema.Text, schema.Kind == SchemaKind.Protobuf ? SchemaType.Protobuf : SchemaType.Avro);
        try
        {
            if (registers) return Wait(_client.RegisterSchemaAsync(subject, own), stop);
            return Wait(_client.LookupSchemaAsync(subject, own, ignoreDeletedSchemas: true), stop).Id;
        }
        catch (SchemaRegistryException e) when (UnknownCodes.Contains(e.ErrorCode))
        {
            return null;
        }
        catch (SchemaRegistryException e) when ((int)e.Status is Incompatible or Invalid)
        {
            throw new StreamPerceiverException($"subject {subject} does not take the schema of the predictions: {OneLine(e)}", e);
        }
        catch (Exception e) when (!(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            throw new RegistryAwayException(OneLine(e), e);
        }
    }

    private Schema TextOf(int id, CancellationToken stop)
    {
        Schema schema = Wait(_client.GetSchemaAsync(id), stop);
        return schema.SchemaType == SchemaType.Protobuf ? Wait(_client.GetSchemaAsync(id, Serialized), stop) : schema;
    }

    private void AddReferences(Schema schema, List<(string Name, string Text)> references, HashSet<string> begun, CancellationToken stop)
    {
        foreach (SchemaReference reference in schema.References ?? [])
        {
            if (!begun.Add(reference.Name)) continue;
            if (begun.Count > MostReferences) throw new StreamPerceiverException($"the schema refers to more than {MostReferences} others");
            var registered = Wait(_client.GetRegisteredSchemaAsync(reference.Subject, reference.Version, ignoreDeletedSchemas: false), stop);
            Schema needed = TextOf(registered.Id, stop);
            AddReferences(needed, references, begun, stop);
            references.Add((reference.Name, needed.SchemaString));
        }
    }

    private static SchemaKind KindOf(SchemaType type) => type switch
    {
        SchemaType.Protobuf => SchemaKind.Protobuf,
        SchemaType.Json => SchemaKind.Json,
        _ => SchemaKind.Avro,
    };

    private static T Wait<T>(Task<T> answer, CancellationToken stop) => answer.WaitAsync(stop).GetAwaiter().GetResult();

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ");
}
