using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Reduces a set to one element for each voxel: the mean of the voxel's elements, in all channels.</summary>
internal static class Voxels
{
    /// <summary>
    /// Reduces the elements. Voxel i of an axis covers [i * size, (i + 1) * size). The means are in the order of their voxels: by x, then y, then z.
    /// </summary>
    /// <param name="elements"><c>(N, C)</c>: elements and their numbers.</param>
    /// <param name="channels">The numbers of an element, C.</param>
    /// <param name="axes">Which of the numbers are coordinates, one to three.</param>
    /// <param name="size">The side of a voxel, in the unit of the coordinates.</param>
    /// <exception cref="BadPayloadException">The elements span too many voxels of an axis.</exception>
    public static float[] Reduce(ReadOnlySpan<float> elements, int channels, ReadOnlySpan<int> axes, double size)
    {
        var places = new Place[elements.Length / channels];
        Span<int> place = stackalloc int[3];
        for (int i = 0; i < places.Length; i++)
        {
            for (int a = 0; a < axes.Length; a++)
            {
                double index = Math.Floor(elements[i * channels + axes[a]] / size);
                if (Math.Abs(index) > int.MaxValue)
                    throw new BadPayloadException(RejectionReason.WrongShape, $"element {i} is in voxel {index}, expected one up to {int.MaxValue} from 0");
                place[a] = (int)index;
            }

            places[i] = new Place(place[0], place[1], place[2], i);
        }

        Array.Sort(places);
        return Means(elements, channels, places);
    }

    private static float[] Means(ReadOnlySpan<float> elements, int channels, Place[] places)
    {
        var means = new List<float>();
        var sums = new double[channels];
        for (int first = 0, next; first < places.Length; first = next)
        {
            Array.Clear(sums);
            for (next = first; next < places.Length && places[next].IsSameVoxel(places[first]); next++)
                for (int c = 0; c < channels; c++)
                    sums[c] += elements[places[next].Element * channels + c];
            foreach (double sum in sums) means.Add((float)(sum / (next - first)));
        }

        return [.. means];
    }

    // The element's index makes the order of equal voxels certain, on which the sums depend.
    private readonly record struct Place(int X, int Y, int Z, int Element) : IComparable<Place>
    {
        public bool IsSameVoxel(Place other) => X == other.X && Y == other.Y && Z == other.Z;

        public int CompareTo(Place other)
            => X != other.X ? X.CompareTo(other.X)
                : Y != other.Y ? Y.CompareTo(other.Y)
                : Z != other.Z ? Z.CompareTo(other.Z)
                : Element.CompareTo(other.Element);
    }
}
