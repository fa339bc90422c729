namespace StreamPerceiver.Model;

/// <summary>
/// Reads a Python pickle (protocols 0 to 5) as data, without running code. An allowed name becomes a <see cref="PickleGlobal"/>, and any other name is
/// refused. A call becomes a <see cref="PickleObject"/>. Values are null, bool, long, BigInteger, double, string, byte[], lists of objects, and the
/// classes of PickleValues.cs.
/// </summary>
internal sealed partial class PickleReader(PickleInput input, IReadOnlySet<string> allowed)
{
    /// <summary>Enough for 100,000 tensors. The limit protects the memory, since an instruction of one byte may create a long object.</summary>
    private const int MostInstructions = 10_000_000;

    private readonly PickleStack _stack = new(input);
    private readonly Dictionary<uint, object?> _memo = [];

    /// <summary>All references to data outside the pickle, in the pickle's order.</summary>
    public List<PickleReference> References { get; } = [];

    /// <summary>Reads the value of the pickle, and leaves the stream after the pickle's last byte.</summary>
    /// <exception cref="CheckpointException">The pickle is damaged, or contains a name that is not allowed.</exception>
    public object? Read()
    {
        int instructions = 0;
        for (byte code = input.Instruction(); code != (byte)'.'; code = input.Instruction())
        {
            if (++instructions > MostInstructions)
                throw input.Bad($"has more than {MostInstructions} instructions");
            if (!Number(code) && !Text(code) && !Container(code) && !Construction(code) && !Bookkeeping(code))
                throw input.Bad($"instruction 0x{code:X2} is none that pickles of arrays use");
        }

        return _stack.Pop();
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)')':
                _stack.Push(new PickleTuple([]));
                break;
            case 0x85 or 0x86 or 0x87:
                _stack.Push(new PickleTuple(_stack.Pop(code - 0x84)));
                break;
            case (byte)'t':
                _stack.Push(new PickleTuple(_stack.PopToMark()));
                break;
            case (byte)']':
                _stack.Push(new List<object?>());
                break;
            case (byte)'l':
                _stack.Push(new List<object?>(_stack.PopToMark()));
                break;
            case (byte)'a':
                AddItems([_stack.Pop()]);
                break;
            case (byte)'e':
                AddItems(_stack.PopToMark());
                break;
            case (byte)'}':
                _stack.Push(new PickleDict());
                break;
            case (byte)'d':
                object?[] pairs = _stack.PopToMark();
                _stack.Push(new PickleDict());
                AddPairs(pairs);
                break;
            case (byte)'s':
                AddPairs(_stack.Pop(2));
                break;
            case (byte)'u':
                AddPairs(_stack.PopToMark());
                break;
            default:
                return false;
        }

        return true;
    }

    private void AddItems(object?[] items)
    {
        if (_stack.Peek() is not List<object?> list)
            throw input.Bad($"appends to {PickleValues.Describe(_stack.Peek())}: expected a list");
        list.AddRange(items);
    }

    private void AddPairs(object?[] pairs)
    {
        PickleDict? dict = _stack.Peek() as PickleDict ?? (_stack.Peek() as PickleObject)?.Dict;
        if (dict is null)
            throw input.Bad($"sets a key of {PickleValues.Describe(_stack.Peek())}: expected a dictionary");
        if (pairs.Length % 2 != 0)
            throw input.Bad("a key has no value");
        for (int i = 0; i < pairs.Length; i += 2)
            dict.Items.Add(new(pairs[i], pairs[i + 1]));
    }

    // Only these instructions make Python look up or run code.
    private bool Construction(byte code)
    {
        switch (code)
        {
            case (byte)'c':
                string module = input.Line();
                _stack.Push(Global(module, input.Line()));
                break;
            case 0x93:
                object?[] names = _stack.Pop(2);
                _stack.Push(names is [string from, string name] ? Global(from, name) : throw input.Bad("looks up a name that is not a text"));
                break;
            case (byte)'R' or 0x81:
                object?[] call = _stack.Pop(2);
                _stack.Push(call is [PickleGlobal constructor, PickleTuple arguments]
                    ? new PickleObject(constructor, arguments)
                    : throw input.Bad($"calls {PickleValues.Describe(call[0])} with {PickleValues.Describe(call[1])}: expected a name and a tuple"));
                break;
            case (byte)'b':
                object? state = _stack.Pop();
                if (_stack.Peek() is not PickleObject made)
                    throw input.Bad($"sets the state of {PickleValues.Describe(_stack.Peek())}: expected the result of a constructor");
                made.State = state;
                break;
            case (byte)'Q':
                PickleReference reference = new(_stack.Pop());
                References.Add(reference);
                _stack.Push(reference);
                break;
            default:
                return false;
        }

        return true;
    }

    private PickleGlobal Global(string module, string name)
    {
        string full = $"{module}.{name}";
        return allowed.Contains(full)
            ? new PickleGlobal(full)
            : throw input.Bad($"refers to '{full}', which is not among the constructors of tensors: nothing was run; save the tensors alone");
    }
}
