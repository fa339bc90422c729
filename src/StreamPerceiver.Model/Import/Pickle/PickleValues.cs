using System.Numerics;

namespace StreamPerceiver.Model;

// The values of a pickle, as plain data. They are classes and not records, since values may contain each other in a cycle.

/// <summary>The name of a Python function or class, "module.name". A name cannot be called.</summary>
internal sealed class PickleGlobal(string name)
{
    public string Name => name;
}

/// <summary>A Python tuple of values.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items => items;
}

/// <summary>A Python dictionary, as a list of pairs.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>The record of a constructor's call, of the pairs that were put into the result, and of the result's state. The constructor is not called.</summary>
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

/// <summary>Describes and checks values of a pickle.</summary>
internal static class PickleValues
{
    /// <summary>Describes the kind of a value, for messages.</summary>
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

    /// <summary>Returns the pairs of a dictionary in their order. The keys must be texts without repetition.</summary>
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

    /// <summary>Returns the items of a tuple or list of whole numbers from 0; null for any other value.</summary>
    public static long[]? Sizes(object? value)
    {
        IReadOnlyList<object?>? items = value is PickleTuple tuple ? tuple.Items : value as List<object?>;
        return items is not null && items.All(i => i is long and >= 0) ? [.. items.Cast<long>()] : null;
    }
}
