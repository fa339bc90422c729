using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed class BicubicResizeTests
{
    [Fact]
    public void A_constant_image_stays_constant() => Prop.ForAll(
        Sizes().Zip(Sizes()).ToArbitrary(),
        sizes =>
        {
            ((int h, int w), (int newH, int newW)) = sizes;
            byte[] colour = [0, 255, (byte)(h * w)];
            return BicubicResize.Resize(Pictures.Constant(h, w, colour), h, w, newH, newW).SequenceEqual(Pictures.Constant(newH, newW, colour));
        }).Holds();

    [Fact]
    public void Resizing_to_the_same_size_changes_nothing() => Prop.ForAll(
        Sizes().ToArbitrary(),
        size =>
        {
            byte[] image = Pictures.Noise(size.Item1, size.Item2, seed: size.Item1);
            return BicubicResize.Resize(image, size.Item1, size.Item2, size.Item1, size.Item2).SequenceEqual(image);
        }).Holds();

    [Fact]
    public void Both_axes_are_resized_alike() => Prop.ForAll(
        Sizes().Zip(Sizes()).ToArbitrary(),
        sizes =>
        {
            // One pixel thick, so that the order of the two passes cannot matter.
            ((int length, _), (int newLength, _)) = sizes;
            byte[] line = Pictures.Noise(1, length, seed: newLength);
            return BicubicResize.Resize(line, 1, length, 1, newLength).SequenceEqual(BicubicResize.Resize(line, length, 1, newLength, 1));
        }).Holds();

    private static FsCheck.Gen<(int, int)> Sizes() => Gen.Choose(1, 41).Zip(Gen.Choose(1, 41));
}
