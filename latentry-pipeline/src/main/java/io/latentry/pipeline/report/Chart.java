package io.latentry.pipeline.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chart shows; how it looks is up to {@code report.js} and the colours of {@code
 * report.css}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Chart.Lines.class, name = "lines"),
  @JsonSubTypes.Type(value = Chart.Histogram.class, name = "histogram"),
  @JsonSubTypes.Type(value = Chart.Scatter.class, name = "scatter"),
  @JsonSubTypes.Type(value = Chart.Bars.class, name = "bars"),
  @JsonSubTypes.Type(value = Chart.Sides.class, name = "sides"),
  @JsonSubTypes.Type(value = Chart.Intervals.class, name = "intervals")
})
sealed interface Chart {

  /** A colour by meaning; {@code --ink-NAME} in {@code report.css} says which. */
  enum Ink {
    @JsonProperty("normal")
    NORMAL,
    @JsonProperty("anomaly")
    ANOMALY,
    @JsonProperty("threshold")
    THRESHOLD,
    @JsonProperty("train")
    TRAIN,
    @JsonProperty("validation")
    VALIDATION,
    @JsonProperty("quiet")
    QUIET
  }

  /** How an axis is spaced. */
  enum Scale {
    @JsonProperty("linear")
    LINEAR,
    @JsonProperty("log")
    LOG,
    /** Linear up to plus or minus {@link Axis#unit}, logarithmic beyond. */
    @JsonProperty("symlog")
    SYMLOG
  }

  /**
   * @param name with its unit, such as {@code latent term (nats)}
   * @param unit where a {@link Scale#SYMLOG} axis turns logarithmic, a round number
   * @param percent whether values are shares, to be shown as percentages
   */
  record Axis(String name, Scale scale, double unit, boolean percent) {
    static Axis linear(String name) {
      return new Axis(name, Scale.LINEAR, 1, false);
    }

    static Axis share(String name) {
      return new Axis(name, Scale.LINEAR, 1, true);
    }

    /** Linear if {@code usual} values fill a good part of the range to {@code farthest}. */
    static Axis reaching(String name, double usual, double farthest) {
      if (!(farthest > 12 * usual)) {
        return linear(name);
      }
      double decade = Math.pow(10, Math.floor(Math.log10(Math.max(usual, 1e-12))));
      double unit =
          usual <= 2 * decade ? 2 * decade : usual <= 5 * decade ? 5 * decade : 10 * decade;
      return new Axis(name, Scale.SYMLOG, Figures.plotted(unit), false);
    }
  }

  /** A vertical line and its label. */
  record Mark(double at, String label) {}

  /**
   * @param points {@code {x, y}} each; NaN breaks the line
   * @param dashed beside colour, so that the lines differ in grey too
   */
  record Line(String name, Ink ink, boolean dashed, List<double[]> points) {}

  /**
   * Curves over a numeric axis.
   *
   * @param band a range of x that is shaded, {@code {from, to}}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Lines(Axis x, Axis y, List<Line> series, @Nullable Mark mark, double @Nullable [] band)
      implements Chart {
    Lines(Axis x, Axis y, List<Line> series) {
      this(x, y, series, null, null);
    }
  }

  /**
   * @param shares one per bin, or per name
   */
  record Shares(String name, Ink ink, double[] shares) {}

  /**
   * @param edges one more than bins, ascending
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Histogram(Axis x, Axis y, double[] edges, List<Shares> series, @Nullable Mark mark)
      implements Chart {}

  /**
   * @param points {@code {x, y}} or {@code {x, y, row}} each
   * @param told what is shown of each point beside its row, in place of its coordinates
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Cloud(
      String name, Ink ink, String symbol, List<double[]> points, @Nullable List<String> told) {
    Cloud(String name, Ink ink, String symbol, List<double[]> points) {
      this(name, ink, symbol, points, null);
    }
  }

  /**
   * @param boundary drawn as a line; no points for none
   */
  record Scatter(Axis x, Axis y, List<Cloud> series, Line boundary) implements Chart {}

  /** One bar per name. */
  record Bars(Axis x, Axis y, List<String> names, double[] values, Ink ink) implements Chart {}

  /**
   * Bars side by side, as many per name as there are series.
   *
   * @param series of one share a name
   */
  record Sides(Axis x, Axis y, List<String> names, List<Shares> series) implements Chart {}

  /**
   * Points with intervals, against the diagonal.
   *
   * @param points {@code {x, y, lower, upper}} each
   */
  record Intervals(Axis x, Axis y, String name, List<double[]> points) implements Chart {}
}
