package io.latentry.server.api.answer;

import com.linecorp.armeria.common.QueryParams;
import io.latentry.core.graph.Output;
import io.latentry.scoring.FeatureReader;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an answer holds beside verdicts.
 *
 * @param explain the most columns named that contribute to a score; of an image, regions
 * @param reconstruct whether to say what the model expects in each column
 * @param terms whether to say both terms
 * @param heatMap whether to draw where an image is strange
 */
public record ScoreOptions(int explain, boolean reconstruct, boolean terms, boolean heatMap) {
  public static final ScoreOptions NONE = new ScoreOptions(0, false, false, false);
  static final int MOST_EXPLAINED = 1_000;

  public ScoreOptions {
    if (explain < 0 || explain > MOST_EXPLAINED) {
      throw refused("explain: " + explain + " (expected: 0 to " + MOST_EXPLAINED + " columns)");
    }
  }

  public static ScoreOptions of(QueryParams query) {
    ScoreOptions options = NONE;
    for (String name : query.names()) {
      String text = query.get(name, "");
      options =
          switch (name) {
            case "explain" -> options.withExplain(count(text));
            case "reconstruct" -> options.withReconstruct(truth(name, text));
            case "terms" -> options.withTerms(truth(name, text));
            case "heat_map" -> options.withHeatMap(truth(name, text));
            default ->
                throw refused(
                    "query parameter '"
                        + name
                        + "': unknown (expected: explain, reconstruct, terms, heat_map)");
          };
    }
    return options;
  }

  public ScoreOptions withExplain(int columns) {
    return new ScoreOptions(columns, reconstruct, terms, heatMap);
  }

  public ScoreOptions withReconstruct(boolean wanted) {
    return new ScoreOptions(explain, wanted, terms, heatMap);
  }

  public ScoreOptions withTerms(boolean wanted) {
    return new ScoreOptions(explain, reconstruct, wanted, heatMap);
  }

  public ScoreOptions withHeatMap(boolean wanted) {
    return new ScoreOptions(explain, reconstruct, terms, wanted);
  }

  /** Refuses what only an image has. */
  public void requireOfRows() {
    if (heatMap) {
      throw refused("heat_map: of rows (expected: of images)");
    }
  }

  /** The outputs that the answer needs beside the score and both terms. */
  public Set<Output> also(Set<Output> available) {
    EnumSet<Output> also = EnumSet.noneOf(Output.class);
    if (explain > 0) {
      also.addAll(FeatureReader.outputs(available));
    }
    if (reconstruct) {
      also.add(Output.RECONSTRUCTION);
      also.add(Output.RECONSTRUCTION_CATEGORICAL);
      also.retainAll(available);
    }
    return also;
  }

  private static int count(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refused("explain: '" + text + "' (expected: a number of columns)");
    }
  }

  private static boolean truth(String name, String text) {
    return switch (text) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw refused(name + ": '" + text + "' (expected: true or false)");
    };
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.BAD_INPUT, message);
  }
}
