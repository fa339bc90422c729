using System.Numerics;

namespace StreamPerceiver.Model;

// What a pickle describes, as plain data. Classes and not records: values may contain each other in a circle.

/// <summary>The name of a Python function or class, "module.name". It stands for nothing that could be run.</summary>
internal sealed class PickleGlobal(string name)
{
    public string Name => name;
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items => items;
}

/// <summary>A dictionary, as the pairs that the pickle puts into it.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>What Python would make by calling a constructor: the call, the pairs put into the result, and its state. Nothing is called.</summary>
internal sealed class PickleObject(PickleGlobal constructor, PickleTuple arguments)
{
    public string Constructor => constructor.Name;

    public object?[] Arguments => arguments.Items;

    public PickleDict Dict { get; } = new();

    public object? State { get; set; }
}

/// <summary>A reference to data that is stored outside the pickle.</summary>
internal sealed class PickleReference(object? id)
{
    public object? Id => id;
}

/// <summary>Looks at values that a pickle describes.</summary>
internal static class PickleValues
{
    /// <summary>What a value is, for messages.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        bool => "a truth value",
        long or BigInteger => "an integer",
        double => "a number",
        string => "a text",
        byte[] => "bytes",
        PickleTuple tuple => $"a tuple of {tuple.Items.Length}",
        List<object?> list => $"a list of {list.Count}",
        PickleDict dict => $"a dictionary of {dict.Items.Count}",
        PickleGlobal global => $"the name '{global.Name}'",
        PickleObject made => $"a '{made.Constructor}'",
        _ => "a reference to stored data",
    };

    /// <summary>The pairs of a dictionary in their order. Its keys must be texts, each there once.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Entries(string file, string what, PickleDict dict)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<KeyValuePair<string, object?>> entries = [];
        foreach ((object? key, object? value) in dict.Items)
        {
            if (key is not string name)
                throw new CheckpointException(file, $"{what} has {Describe(key)} for a key: expected texts");
            if (!seen.Add(name))
                throw new CheckpointException(file, $"{what} has the key '{name}' twice");
            entries.Add(new(name, value));
        }

        return entries;
    }

    /// <summary>The whole numbers from 0 in a tuple or list; null where there is anything else.</summary>
    public static long[]? Sizes(object? value)
    {
        IReadOnlyList<object?>? items = value is PickleTuple tuple ? tuple.Items : value as List<object?>;
        return items is not null && items.All(i => i is long and >= 0) ? [.. items.Cast<long>()] : null;
    }
}
