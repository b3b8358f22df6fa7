package io.latentry.core.text;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A column of texts as the training rows showed it, and what turns a text into numbers: the same
 * ones in every host. Immutable, thread-safe.
 *
 * <p>A training text is counted itself, so that its pieces would look less rare than those of a new
 * one. {@link #trainingValues} leaves it out of the counts; then training rows and new ones are
 * told by one measure.
 *
 * @param rows training rows with a text
 * @param features that have variety among the training rows, in the order of {@link TextFeature}
 * @param counts of the grains that {@code features} need
 */
public record TextColumn(
    String name, int rows, List<TextFeature> features, List<TextCounts> counts) {
  /** Characters of a piece that is shown. */
  private static final int LONGEST_PIECE = 24;

  /** Neighbours of the rarest piece that are nearly as rare are shown with it. */
  private static final double NEARLY_AS_RARE = 0.7;

  public TextColumn {
    features = features.stream().sorted().distinct().toList();
    counts = counts.stream().sorted(Comparator.comparing(TextCounts::grain)).toList();
    List<TextGrain> counted = counts.stream().map(TextCounts::grain).toList();
    if (rows < 0 || features.isEmpty()) {
      throw new IllegalArgumentException(
          "texts: '%s' with %d rows and %d features (expected: at least one)"
              .formatted(name, rows, features.size()));
    }
    for (TextFeature feature : features) {
      if (feature.grain().filter(grain -> !counted.contains(grain)).isPresent()) {
        throw new IllegalArgumentException(
            "texts: '%s': no counts for %s (expected: of all that its features need)"
                .formatted(name, feature.words()));
      }
    }
  }

  /** The same with some of its features, and no more counts than they need; nothing without any. */
  public Optional<TextColumn> with(List<TextFeature> some) {
    List<TextGrain> needed =
        some.stream().map(TextFeature::grain).flatMap(Optional::stream).toList();
    return some.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TextColumn(
                name,
                rows,
                some,
                counts.stream().filter(of -> needed.contains(of.grain())).toList()));
  }

  /** The name of the numeric column that holds a feature. */
  public String columnOf(TextFeature feature) {
    return name + " (" + feature.words() + ")";
  }

  /** One number for each of {@link #features}, of a text that is not missing. */
  public float[] values(String text) {
    return values(text, 0);
  }

  /** The same of a text that was counted, as if it had not been. */
  public float[] trainingValues(String text) {
    return values(text, 1);
  }

  private float[] values(String text, int own) {
    TextPieces pieces = new TextPieces(text);
    float[] values = new float[features.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) value(features.get(k), pieces, own);
    }
    return values;
  }

  private double value(TextFeature feature, TextPieces pieces, int own) {
    return switch (feature) {
      case LENGTH -> pieces.length();
      case DIGITS -> pieces.share(true);
      case SIGNS -> pieces.share(false);
      default -> {
        TextGrain grain = feature.grain().orElseThrow();
        TextCounts of = countsOf(grain);
        pieces.cut(grain);
        yield feature.isOfTheRarest()
            ? rarity(of.of(pieces.bucket(rarest(of, pieces))), own)
            : meanRarity(of, pieces, own);
      }
    };
  }

  private double meanRarity(TextCounts of, TextPieces pieces, int own) {
    double sum = 0;
    for (int i = 0; i < pieces.count(); i++) {
      sum += rarity(of.of(pieces.bucket(i)), own);
    }
    return sum / pieces.count();
  }

  private static int rarest(TextCounts of, TextPieces pieces) {
    int rarest = 0;
    for (int i = 1; i < pieces.count(); i++) {
      if (of.of(pieces.bucket(i)) < of.of(pieces.bucket(rarest))) {
        rarest = i;
      }
    }
    return rarest;
  }

  private TextCounts countsOf(TextGrain grain) {
    for (TextCounts of : counts) {
      if (of.grain() == grain) {
        return of;
      }
    }
    throw new IllegalArgumentException("grain: " + grain + " (expected: one of a feature)");
  }

  private double rarity(int count, int own) {
    // The last digit of Math.log may differ between machines; that of StrictMath does not.
    return StrictMath.log((1.0 + rows - own) / (1.0 + Math.max(0, count - own)));
  }

  /**
   * What in a text a feature is about: the rarest piece and its neighbours, or the shape.
   *
   * @param feature one of {@link #features} that has a grain
   */
  public Piece piece(TextFeature feature, String text) {
    TextGrain grain = feature.grain().orElseThrow();
    TextPieces pieces = new TextPieces(text).cut(grain);
    TextCounts of = countsOf(grain);
    int rarest = rarest(of, pieces);
    int count = of.of(pieces.bucket(rarest));
    if (grain == TextGrain.SHAPE) {
      int[] shape = pieces.shape();
      return new Piece(new String(shape, 0, shape.length), count);
    }
    double enough = NEARLY_AS_RARE * rarity(count, 0);
    int first = rarest;
    int last = rarest;
    while (last + 1 < pieces.count()
        && pieces.touches(last, last + 1)
        && pieces.span(first, last + 1) <= LONGEST_PIECE
        && rarity(of.of(pieces.bucket(last + 1)), 0) >= enough) {
      last++;
    }
    while (first > 0
        && pieces.touches(first - 1, first)
        && pieces.span(first - 1, last) <= LONGEST_PIECE
        && rarity(of.of(pieces.bucket(first - 1)), 0) >= enough) {
      first--;
    }
    return new Piece(pieces.written(first, last), count);
  }

  /**
   * A piece of a text.
   *
   * @param rows training rows that hold the rarest of it, or what shares its bucket
   */
  public record Piece(String text, int rows) {}
}
