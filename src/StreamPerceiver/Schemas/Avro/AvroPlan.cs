using StreamPerceiver.Flow;

namespace StreamPerceiver.Schemas.Avro;

/// <summary>
/// Reads fields of payloads in Avro, by the schema of their writer. The path <c>acc.x</c> is the field <c>x</c> of the record in the field <c>acc</c>. A
/// union is passed through: its value is that of its branch, and is missing where that branch does not have the path.
/// </summary>
internal sealed class AvroPlan : FieldPlan
{
    private const int MostNames = 100; // of a message, and how deep they are
    private const int MostLevels = 4;

    private readonly AvroType _type;
    private readonly Node _root;
    private readonly List<(int, string)> _problems = [];

    /// <summary>Finds the paths in a schema.</summary>
    /// <param name="type">The schema.</param>
    /// <param name="paths">The paths.</param>
    public AvroPlan(AvroType type, IReadOnlyList<string> paths)
    {
        (_type, _root) = (type, new Node(type));
        for (int i = 0; i < paths.Count; i++)
            if (!Add(_root, paths[i].Split('.'), i))
                _problems.Add((i, $"a number of {type.Name}: {string.Join(", ", Numbers(type, "").Take(MostNames).Order(StringComparer.Ordinal))}"));
    }

    /// <inheritdoc/>
    public override string Name => $"{_type.Name} in Avro";

    /// <inheritdoc/>
    public override IReadOnlyList<(int Path, string Problem)> Problems => _problems;

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<byte> payload, Span<FieldValue> values)
    {
        try
        {
            var input = new AvroInput(payload);
            ReadNode(ref input, _root, values, 1);
            if (input.Rest > 0) throw AvroInput.Bad($"{input.Rest} bytes follow it");
        }
        catch (BadPayloadException bad) when (bad.Reason == RejectionReason.Undecodable)
        {
            throw new BadPayloadException(bad.Reason, $"not a {Name}: {bad.Message}", bad);
        }
    }

    private static void ReadNode(ref AvroInput input, Node node, Span<FieldValue> values, int depth)
    {
        input.Count(depth);
        switch (node.Type.Kind)
        {
            case AvroKind.Record:
                SetAll(node, new FieldValue(FieldKind.Other), values);
                for (int i = 0; i < node.Parts.Length; i++) ReadPart(ref input, node, i, values, depth);
                break;
            case AvroKind.Union:
                ReadPart(ref input, node, input.ReadIndex(node.Parts.Length, "a union"), values, depth);
                break;
            case AvroKind.Array or AvroKind.Map:
                SetAll(node, new FieldValue(FieldKind.Other), values);
                SkipItems(ref input, node.Type, depth);
                break;
            default:
                SetAll(node, input.ReadScalar(node.Type), values);
                break;
        }
    }

    private static void ReadPart(ref AvroInput input, Node node, int part, Span<FieldValue> values, int depth)
    {
        if (node.Parts[part] is { } inner) ReadNode(ref input, inner, values, depth + 1);
        else Skip(ref input, node.Type.Types[part], depth + 1);
    }

    private static void SetAll(Node node, FieldValue value, Span<FieldValue> values)
    {
        foreach (int target in node.Targets) values[target] = value;
    }

    private static void Skip(ref AvroInput input, AvroType type, int depth)
    {
        input.Count(depth);
        switch (type.Kind)
        {
            case AvroKind.Record:
                foreach (AvroType field in type.Types) Skip(ref input, field, depth + 1);
                break;
            case AvroKind.Union:
                Skip(ref input, type.Types[input.ReadIndex(type.Types.Count, "a union")], depth + 1);
                break;
            case AvroKind.Array or AvroKind.Map:
                SkipItems(ref input, type, depth);
                break;
            default:
                input.SkipScalar(type);
                break;
        }
    }

    // Items come in blocks. A block may state its bytes, with a negative number of items.
    private static void SkipItems(ref AvroInput input, AvroType type, int depth)
    {
        for (long count; (count = input.ReadLong()) != 0;)
        {
            input.Count(depth);
            if (count < 0)
            {
                input.TakeCounted();
                continue;
            }

            for (; count > 0; count--)
            {
                if (type.Kind == AvroKind.Map) input.TakeCounted();
                Skip(ref input, type.Types[0], depth + 1);
            }
        }
    }

    // Adds the path to all branches that have it.
    private static bool Add(Node node, ReadOnlySpan<string> path, int target)
    {
        if (node.Type.Kind == AvroKind.Union)
        {
            bool isThere = false;
            for (int i = 0; i < node.Parts.Length; i++)
            {
                Node branch = node.Parts[i] ?? new Node(node.Type.Types[i]);
                bool isNull = branch.Type.Kind == AvroKind.Null;
                if (!isNull && !Add(branch, path, target)) continue;
                if (isNull) branch.Targets.Add(target);
                else isThere = true;
                node.Parts[i] = branch;
            }

            return isThere;
        }

        if (path.IsEmpty)
        {
            node.Targets.Add(target);
            return node.Type.IsNumber || node.Type.Kind == AvroKind.String;
        }

        int field = node.Type.Kind == AvroKind.Record ? node.Type.Fields.IndexOf(path[0]) : -1;
        return field >= 0 && Add(node.Parts[field] ??= new Node(node.Type.Types[field]), path[1..], target);
    }

    private static IEnumerable<string> Numbers(AvroType type, string path, int depth = 0) => type.Kind switch
    {
        AvroKind.Record when depth < MostLevels
            => type.Fields.SelectMany((name, i) => Numbers(type.Types[i], path.Length == 0 ? name : $"{path}.{name}", depth + 1)),
        AvroKind.Union => type.Types.SelectMany(branch => Numbers(branch, path, depth)).Distinct(),
        _ => type.IsNumber ? [path] : [],
    };

    // The values of a type that some paths lead to or through.
    private sealed class Node(AvroType type)
    {
        public AvroType Type => type;

        public List<int> Targets { get; } = [];

        // By field or branch; null: nothing there is wanted.
        public Node?[] Parts { get; } = new Node?[type.Types.Count];
    }
}
