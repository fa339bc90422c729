namespace OpenCvSharp;

/// <summary>Depth and number of channels in one number, as OpenCV packs them: depth in the low three bits, channels less one above.</summary>
public readonly record struct MatType(int value) : IEquatable<int>
{
    public const int CV_8U = 0;
    public const int CV_8S = 1;
    public const int CV_16U = 2;
    public const int CV_16S = 3;
    public const int CV_32S = 4;
    public const int CV_32F = 5;
    public const int CV_64F = 6;

    public static readonly MatType
        CV_8UC1 = CV_8UC(1),
        CV_8UC2 = CV_8UC(2),
        CV_8UC3 = CV_8UC(3),
        CV_8UC4 = CV_8UC(4),
        CV_8SC1 = CV_8SC(1),
        CV_16UC1 = CV_16UC(1),
        CV_16UC3 = CV_16UC(3),
        CV_16SC1 = CV_16SC(1),
        CV_32SC1 = CV_32SC(1),
        CV_32SC2 = CV_32SC(2),
        CV_32FC1 = CV_32FC(1),
        CV_32FC2 = CV_32FC(2),
        CV_32FC3 = CV_32FC(3),
        CV_32FC4 = CV_32FC(4),
        CV_64FC1 = CV_64FC(1);

    const int ChannelShift = 3, DepthCount = 1 << ChannelShift, ChannelLimit = 512;

    static readonly string[] names = ["CV_8U", "CV_8S", "CV_16U", "CV_16S", "CV_32S", "CV_32F", "CV_64F"];

    readonly int value = value;

    public int Value => value;

    public int Depth => value & (DepthCount - 1);

    public bool IsInteger => Depth < CV_32F;

    public int Channels => (value >> ChannelShift) + 1;

    public static implicit operator MatType(int value) => new(value);

    public static explicit operator int(MatType self) => self.value;

    public static bool operator ==(MatType self, int other) => self.Equals(other);

    public static bool operator !=(MatType self, int other) => !self.Equals(other);

    public static MatType FromInt32(int value) => new(value);

    public int ToInt32() => value;

    public bool Equals(int other) => value == other;

    public override string ToString()
    {
        if (Depth >= names.Length) return $"Unsupported type value ({value})";
        return Channels <= 4 ? $"{names[Depth]}C{Channels}" : $"{names[Depth]}C({Channels})";
    }

    public static MatType CV_8UC(int ch) => MakeType(CV_8U, ch);

    public static MatType CV_8SC(int ch) => MakeType(CV_8S, ch);

    public static MatType CV_16UC(int ch) => MakeType(CV_16U, ch);

    public static MatType CV_16SC(int ch) => MakeType(CV_16S, ch);

    public static MatType CV_32SC(int ch) => MakeType(CV_32S, ch);

    public static MatType CV_32FC(int ch) => MakeType(CV_32F, ch);

    public static MatType CV_64FC(int ch) => MakeType(CV_64F, ch);

    public static MatType MakeType(int depth, int channels)
    {
        if (channels is <= 0 or >= ChannelLimit) throw new OpenCvSharpException($"Channels count should be 1..{ChannelLimit - 1}");
        if (depth is < 0 or >= DepthCount) throw new OpenCvSharpException($"Data type depth should be 0..{DepthCount - 1}");
        return depth + ((channels - 1) << ChannelShift);
    }
}
