using System.Globalization;
using System.Numerics;
using System.Text;

namespace StreamPerceiver.Model;

/// <content>Instructions for numbers, texts and bytes.</content>
internal sealed partial class PickleReader
{
    private bool Number(byte code)
    {
        switch (code)
        {
            case (byte)'N':
                _stack.Push(null);
                break;
            case 0x88 or 0x89:
                _stack.Push(code == 0x88);
                break;
            case (byte)'J':
                _stack.Push((long)input.Int32());
                break;
            case (byte)'K':
                _stack.Push((long)input.Byte());
                break;
            case (byte)'M':
                _stack.Push((long)input.UInt16());
                break;
            case (byte)'I' or (byte)'L':
                PushDecimal(input.Line());
                break;
            case 0x8A:
                PushWhole(new BigInteger(input.Bytes(input.Byte())));
                break;
            case 0x8B:
                PushWhole(new BigInteger(input.Bytes(Length(input.Int32()))));
                break;
            case (byte)'G':
                _stack.Push(input.Double());
                break;
            case (byte)'F':
                string line = input.Line();
                _stack.Push(double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number
                    : throw input.Bad($"'{line}' is no number"));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Text(byte code)
    {
        switch (code)
        {
            case (byte)'X':
                _stack.Push(input.Text(input.UInt32()));
                break;
            case 0x8C:
                _stack.Push(input.Text(input.Byte()));
                break;
            case 0x8D:
                _stack.Push(input.Text(input.UInt64()));
                break;
            case (byte)'V':
                _stack.Push(Unescape(input.Line(longest: int.MaxValue)));
                break;
            case (byte)'B':
                _stack.Push(input.Bytes(input.UInt32()));
                break;
            case (byte)'C':
                _stack.Push(input.Bytes(input.Byte()));
                break;
            case 0x8E or 0x96:
                _stack.Push(input.Bytes(input.UInt64()));
                break;
            default:
                return false;
        }

        return true;
    }

    private ulong Length(int count) => count >= 0 ? (ulong)count : throw input.Bad($"the length {count} is negative");

    private void PushWhole(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
            _stack.Push((long)value);
        else
            _stack.Push(value);
    }

    // Before protocol 2, pickles store true and false as the integers 01 and 00.
    private void PushDecimal(string line)
    {
        if (line is "01" or "00")
            _stack.Push(line == "01");
        else if (BigInteger.TryParse(line.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value))
            PushWhole(value);
        else
            throw input.Bad($"'{line}' is no whole number");
    }

    // A text of protocol 0 has one byte for each character. Other characters are written as \uXXXX or \UXXXXXXXX.
    private string Unescape(string line)
    {
        StringBuilder text = new();
        for (int i = 0; i < line.Length; i++)
        {
            int digits = line.AsSpan(i) switch { ['\\', 'u', ..] => 4, ['\\', 'U', ..] => 8, _ => 0 };
            if (digits == 0)
            {
                text.Append(line[i]);
                continue;
            }

            string hex = line[(i + 2)..Math.Min(i + 2 + digits, line.Length)];
            if (hex.Length < digits || !int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
                || !Rune.TryCreate(value, out Rune rune))
                throw input.Bad($"'\\{line[i + 1]}{hex}' is no character");
            text.Append(rune.ToString());
            i += 1 + digits;
        }

        return text.ToString();
    }
}
