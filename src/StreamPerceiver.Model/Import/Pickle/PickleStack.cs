namespace StreamPerceiver.Model;

/// <summary>The stack of a pickle's instructions, with marks. Values below the last mark cannot be taken.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = new();

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Push(_values.Count);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw input.Bad("takes a value that was not put there");

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes the last values, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    /// <summary>Takes all values above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw input.Bad("takes the values since a mark, but there is no mark");
        object?[] values = Pop(_values.Count - Floor);
        _marks.Pop();
        return values;
    }

    /// <summary>Drops the last value, or the last mark if no value is above the mark.</summary>
    public void Drop()
    {
        if (_values.Count > Floor || !_marks.TryPop(out _))
            Pop();
    }
}
