using System.Globalization;

namespace StreamPerceiver.Model;

/// <content>Instructions for marks, the memo, the protocol and frames.</content>
internal sealed partial class PickleReader
{
    private const int NewestProtocol = 5;

    private bool Bookkeeping(byte code)
    {
        switch (code)
        {
            case 0x80:
                byte protocol = input.Byte();
                if (protocol > NewestProtocol)
                    throw input.Bad($"protocol {protocol}: at most {NewestProtocol} is supported");
                break;
            case 0x95:
                // The length of a frame is a hint for buffered readers.
                input.UInt64();
                break;
            case (byte)'(':
                _stack.Mark();
                break;
            case (byte)'0':
                _stack.Drop();
                break;
            case (byte)'1':
                _stack.PopToMark();
                break;
            case (byte)'2':
                _stack.Push(_stack.Peek());
                break;
            case (byte)'p':
                _memo[LineIndex()] = _stack.Peek();
                break;
            case (byte)'q':
                _memo[input.Byte()] = _stack.Peek();
                break;
            case (byte)'r':
                _memo[input.UInt32()] = _stack.Peek();
                break;
            case 0x94:
                _memo[(uint)_memo.Count] = _stack.Peek();
                break;
            case (byte)'g':
                Recall(LineIndex());
                break;
            case (byte)'h':
                Recall(input.Byte());
                break;
            case (byte)'j':
                Recall(input.UInt32());
                break;
            default:
                return false;
        }

        return true;
    }

    private void Recall(uint index) =>
        _stack.Push(_memo.TryGetValue(index, out object? value) ? value : throw input.Bad($"recalls value {index}, which was not kept"));

    private uint LineIndex()
    {
        string line = input.Line();
        return uint.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out uint index) ? index : throw input.Bad($"'{line}' is no index");
    }
}
