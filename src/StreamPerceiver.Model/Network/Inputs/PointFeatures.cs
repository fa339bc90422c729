using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes Fourier features of points: other features | coordinates | sines | cosines, axis by axis and band by band.</summary>
internal sealed class PointFeatures(PointsInput config, Device device) : ContentLayer
{
    private readonly float[] _bands = FourierPositions.Linspace(1f, config.MaxResolution / 2f, config.NumBands);

    public override Tensor Features(Tensor content, IReadOnlyList<int> grid)
    {
        Tensor coordinates = content.narrow(2, 0, config.Axes);             // (B, M_m, axes)
        Tensor others = content.narrow(2, config.Axes, config.Features);    // (B, M_m, features)
        Tensor bands = Arrays.ToTensor(_bands, device, _bands.Length);      // (K)
        Tensor angles = coordinates.unsqueeze(-1).mul(bands).mul(Scalars.Pi).flatten(2); // (B, M_m, axes K)
        return cat([others, coordinates, angles.sin(), angles.cos()], -1);  // (B, M_m, Cf)
    }
}
