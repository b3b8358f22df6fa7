package io.latentry.pipeline.report;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns that the model reads, as normal rows showed them, and those that it does not. */
final class DataSection {
  private static final int MOST_COLUMNS = 200;
  private static final int MOST_CATEGORIES = 5;
  private static final int BINS = 24;

  private DataSection() {}

  static void addTo(Page page, Manifest manifest) {
    Schema schema = manifest.schema();
    Map<String, ReferenceDistribution> reference = manifest.columnReference();
    List<String> given = schema.given();
    List<Column> own = schema.columns().stream().filter(c -> given.contains(c.name())).toList();
    List<Column> shown = own.subList(0, Math.min(MOST_COLUMNS, own.size()));
    Table table =
        new Table(
            "Columns that the model reads",
            "Column",
            "Type",
            "Normal values",
            "Distribution",
            "#Missing",
            "A missing value is",
            "An unseen category is");
    for (Column column : shown) {
      ReferenceDistribution distribution = reference.get(column.name());
      table.row(
          Markup.text(column.name()),
          Markup.text(column.type().name().toLowerCase(Locale.ROOT)),
          Markup.text(values(column, distribution)),
          distribution == null ? Markup.NOTHING : sparkline(distribution),
          Markup.text(distribution == null ? "" : Figures.percent(distribution.missingShare())),
          Markup.text(ofMissing(column)),
          Markup.text(
              column.type() != ColumnType.CATEGORICAL
                  ? ""
                  : switch (column.unseen()) {
                    case OTHER -> "other";
                    case REJECT -> "unscorable";
                  }));
    }
    for (TextColumn text : schema.texts()) {
      addTo(table, text, schema, reference);
    }
    List<Markup> body = new ArrayList<>();
    body.add(
        Markup.element(
            "p",
            "%s: %s.%s"
                .formatted(
                    Figures.count(given.size(), "column"),
                    mix(own, schema.texts().size()),
                    shown.size() < own.size()
                        ? " The first %s are listed.".formatted(Figures.count(shown.size()))
                        : "")));
    body.add(table.markup());
    if (!schema.leftOut().isEmpty()) {
      Table leftOut = new Table("Columns left out", "Column", "Type", "Reason");
      for (LeftOutColumn column :
          schema.leftOut().subList(0, Math.min(MOST_COLUMNS, schema.leftOut().size()))) {
        leftOut.row(column.name(), column.type().name().toLowerCase(Locale.ROOT), column.reason());
      }
      if (schema.leftOut().size() > MOST_COLUMNS) {
        body.add(
            Markup.element(
                "p",
                "%s were left out; the first %s are listed."
                    .formatted(
                        Figures.count(schema.leftOut().size(), "column"),
                        Figures.count(MOST_COLUMNS))));
      }
      body.add(leftOut.markup());
    }
    page.section("data", "Data", body.toArray(Markup[]::new));
  }

  /** A text as one line; its features are no columns of the data. */
  private static void addTo(
      Table table, TextColumn text, Schema schema, Map<String, ReferenceDistribution> reference) {
    String first = text.columnOf(text.features().get(0));
    ReferenceDistribution distribution = reference.get(first);
    table.row(
        Markup.text(text.name()),
        Markup.text("text"),
        Markup.text(
            (schema.isIdentifier(text) ? "watched for its " : "enters by its ")
                + text.features().stream()
                    .map(TextFeature::words)
                    .collect(Collectors.joining(", "))),
        Markup.NOTHING,
        Markup.text(distribution == null ? "" : Figures.percent(distribution.missingShare())),
        Markup.text(
            schema.columns().stream()
                .filter(column -> column.name().equals(first))
                .map(DataSection::ofMissing)
                .findFirst()
                .orElse("")),
        Markup.text(""));
  }

  private static String ofMissing(Column column) {
    return switch (column.missing()) {
      case IMPUTE -> "imputed";
      case REJECT -> "unscorable";
      case ANOMALY -> "an anomaly";
    };
  }

  private static String mix(List<Column> columns, int texts) {
    List<String> counts = new ArrayList<>();
    for (ColumnType type : ColumnType.values()) {
      long count =
          type == ColumnType.TEXT
              ? texts
              : columns.stream().filter(column -> column.type() == type).count();
      if (count > 0) {
        counts.add(Figures.count(count) + " " + type.name().toLowerCase(Locale.ROOT));
      }
    }
    return String.join(", ", counts);
  }

  private static String values(Column column, @Nullable ReferenceDistribution distribution) {
    if (column.isWatched()) {
      return column.watchedFor() + " (watched)";
    }
    return switch (column.type()) {
      case NUMERIC ->
          column
              .exactRange()
              .orElseGet(
                  () -> Figures.of(orNaN(column.min())) + " to " + Figures.of(orNaN(column.max())));
      case BOOLEAN -> {
        float[] values = distribution == null ? null : distribution.values();
        yield values == null || values.length == 0
            ? "true or false"
            : "true in " + Figures.percent(mean(values));
      }
      case TIMESTAMP ->
          Figures.momentOfWeek(orNaN(column.min()))
              + " to "
              + Figures.momentOfWeek(orNaN(column.max()))
              + " UTC";
      case CATEGORICAL -> categories(column, distribution);
      case TEXT -> "";
    };
  }

  private static String categories(Column column, @Nullable ReferenceDistribution distribution) {
    Map<String, Double> frequencies = distribution == null ? null : distribution.frequencies();
    String listed =
        frequencies == null
            ? column.categories().stream().limit(MOST_CATEGORIES).collect(Collectors.joining(", "))
            : frequencies.entrySet().stream()
                .sorted(
                    Comparator.comparing((Map.Entry<String, Double> e) -> -e.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST_CATEGORIES)
                .map(
                    entry ->
                        (entry.getKey().isEmpty() ? "missing" : entry.getKey())
                            + " "
                            + Figures.percent(entry.getValue()))
                .collect(Collectors.joining(", "));
    int all = frequencies == null ? column.categories().size() : frequencies.size();
    return all > MOST_CATEGORIES
        ? listed + " and " + Figures.count(all - MOST_CATEGORIES) + " more"
        : listed;
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** A small histogram; the figures beside it say the same in words. */
  private static Markup sparkline(ReferenceDistribution distribution) {
    double[] heights = heights(distribution);
    if (heights.length == 0) {
      return Markup.NOTHING;
    }
    double highest = 0;
    for (double height : heights) {
      highest = Math.max(highest, height);
    }
    List<Markup> bars = new ArrayList<>();
    double width = 120.0 / heights.length;
    for (int i = 0; i < heights.length; i++) {
      if (heights[i] > 0) {
        double height = Math.max(1, 26 * heights[i] / highest);
        bars.add(
            Markup.element(
                "rect",
                Map.of(
                    "x", number(i * width),
                    "y", number(28 - height),
                    "width", number(Math.max(0.5, Math.min(width - 1, 12))),
                    "height", number(height))));
      }
    }
    return Markup.element(
        "svg.sparkline",
        Map.of("viewBox", "0 0 120 28", "aria-hidden", "true", "width", "120", "height", "28"),
        Markup.join(bars));
  }

  private static double[] heights(ReferenceDistribution distribution) {
    float[] values = distribution.values();
    Map<String, Double> frequencies = distribution.frequencies();
    if (frequencies != null) {
      return frequencies.values().stream()
          .sorted(Comparator.reverseOrder())
          .limit(BINS)
          .mapToDouble(Double::doubleValue)
          .toArray();
    }
    if (values == null || values.length == 0) {
      return new double[0];
    }
    // A long tail would press all else into one bar.
    double low = values[(int) (0.005 * (values.length - 1))];
    double high = values[(int) Math.ceil(0.995 * (values.length - 1))];
    double[] heights = new double[BINS];
    for (float value : values) {
      int bin = high > low ? (int) ((value - low) / (high - low) * BINS) : BINS / 2;
      heights[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
    return heights;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
