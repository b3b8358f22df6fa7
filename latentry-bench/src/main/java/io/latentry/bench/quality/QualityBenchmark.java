package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fits and scores our detector and plain methods on every set and split, and compares.
 *
 * <p>Every result is kept as soon as it is there, under what it depends on: a set's bytes, the
 * code, how the inputs are read, and for our detector the config. A run therefore goes on where
 * another stopped, and measures again only what has changed.
 */
public final class QualityBenchmark {
  private final QualityListener listener;

  public QualityBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * Runs what is not known yet and writes the page. A set that cannot be used is listed in the
   * standings, with the reason, and the others go on.
   *
   * @throws IllegalArgumentException as {@link QualityRequest#requireSets}
   * @throws DataException if there is no set, or the rivals' figures cannot be used
   */
  public Standings run(QualityRequest request) throws IOException {
    List<Path> files = request.files();
    Map<String, String> families = Families.ofSets(request.data(), files);
    List<Result> published = new ArrayList<>();
    for (Path folder : request.data()) {
      Set<String> own = Families.ofSets(List.of(folder), files).keySet();
      PublishedRivals.read(folder).stream()
          .filter(r -> own.contains(r.set()))
          .forEach(published::add);
    }
    Measurement measured =
        Measurement.of(files, request, ResultFile.open(request.resultFile()), listener);
    List<Result> results = new ArrayList<>(measured.results());
    Set<String> splits = new HashSet<>();
    results.forEach(r -> splits.add(r.split()));
    published.stream().filter(r -> splits.contains(r.split())).forEach(results::add);
    Standings standings = Standings.of(results, measured.failures(), families);
    Files.writeString(
        request.out(),
        request.out().toString().endsWith(".html")
            ? HtmlPage.of(standings)
            : MarkdownPage.of(standings));
    return standings;
  }

  /** The standings as text, for a terminal. */
  public static String text(Standings standings) {
    return MarkdownPage.of(standings);
  }
}
