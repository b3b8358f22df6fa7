package io.latentry.bench.series;

import io.latentry.bench.quality.Fingerprint;
import io.latentry.bench.quality.QualityListener;
import io.latentry.training.engine.Engine;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Has every detector learn from the beginning of every series and score the rest. */
public final class SeriesBenchmark {
  private final List<SeriesDetector> detectors;
  private final QualityListener listener;

  /**
   * @param detectors rivals, and ours
   */
  public SeriesBenchmark(List<SeriesDetector> detectors, QualityListener listener) {
    this.detectors = List.copyOf(detectors);
    this.listener = listener;
  }

  /**
   * Measures every series, detector and seed, plain and smoothed, and writes the page. What cannot
   * be measured is kept with the reason.
   *
   * @throws IllegalArgumentException if there is no such folder, or no family of a name
   */
  public SeriesStandings run(SeriesRequest request) throws IOException {
    Engine.pinThreads(Runtime.getRuntime().availableProcessors());
    List<Path> files = request.files();
    SeriesResultFile kept = SeriesResultFile.open(request.resultFile());
    List<SeriesResult> results = new ArrayList<>();
    List<SeriesStandings.Failure> failed = new ArrayList<>();
    NabCorpus nab = new NabCorpus();
    long start = System.nanoTime();
    for (int f = 0; f < files.size(); f++) {
      Path file = files.get(f);
      String name = SeriesFolder.family(file) + "/" + SeriesFolder.name(file);
      List<SeriesResult> found = List.of();
      try {
        SeriesSet set = SeriesFolder.read(file);
        nab.note(set);
        found = measure(set, Fingerprint.ofFile(file), request, kept, failed);
        results.addAll(found);
      } catch (TrainingInterruptedException interrupted) {
        throw interrupted;
      } catch (RuntimeException | IOException e) {
        fail(failed, name, e);
      }
      double secondsEach = (System.nanoTime() - start) / 1e9 / (f + 1);
      listener.done(
          summary(name, found), f + 1, files.size(), secondsEach * (files.size() - f - 1));
    }
    boolean probation = request.protocol() == SeriesProtocol.A;
    SeriesStandings standings =
        SeriesStandings.of(results, names(true), names(false), failed)
            .by(request.protocol(), probation ? nab.standings(results) : List.of());
    if (request.out().isPresent()) {
      Files.writeString(request.out().get(), text(standings));
    }
    return standings;
  }

  /** The standings as Markdown. */
  public static String text(SeriesStandings standings) {
    return SeriesPage.of(standings);
  }

  private List<SeriesResult> measure(
      SeriesSet set,
      String data,
      SeriesRequest request,
      SeriesResultFile kept,
      List<SeriesStandings.Failure> failed)
      throws IOException {
    boolean testPart = request.protocol() == SeriesProtocol.A;
    SeriesSet counted = testPart ? set : set.whole();
    int window =
        testPart
            ? Period.of(Scaled.of(set).train(), set.channels())
            : Period.asInTsbAd(Scaled.of(counted).test(), set.channels());
    List<SeriesResult> results = new ArrayList<>();
    for (SeriesDetector detector : detectors) {
      String key =
          Fingerprint.of(
              data
                  + Fingerprint.ofCode(detector.getClass(), SeriesResult.class)
                  + (testPart ? "" : request.protocol().word()));
      List<Integer> seeds = request.seeds();
      for (int seed : detector.dependsOnSeed() ? seeds : seeds.subList(0, 1)) {
        List<SeriesResult> known = kept.find(set.family(), set.name(), detector.name(), seed, key);
        if (!known.isEmpty()) {
          results.addAll(known);
          continue;
        }
        try {
          long start = System.nanoTime();
          double[] scores = testPart ? detector.score(set, seed) : detector.scoreWhole(set, seed);
          double seconds = (System.nanoTime() - start) / 1e9;
          for (int span : SeriesResult.SPANS) {
            SeriesResult result =
                SeriesResult.of(counted, window, detector.name(), span, seed, key, scores, seconds);
            kept.add(result);
            results.add(result);
          }
        } catch (TrainingInterruptedException interrupted) {
          throw interrupted;
        } catch (RuntimeException e) {
          String name = set.family() + "/" + set.name();
          fail(failed, name + ", " + detector.name() + ", seed " + seed, e);
        }
      }
    }
    return results;
  }

  private void fail(List<SeriesStandings.Failure> failed, String what, Exception e) {
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    failed.add(new SeriesStandings.Failure(what, reason));
    listener.failed(what, reason);
  }

  /** Methods of ours as they are, or of the others at every span. */
  private List<String> names(boolean ours) {
    return detectors.stream()
        .filter(detector -> detector.isOurs() == ours)
        .flatMap(
            detector ->
                (ours ? List.of(1) : SeriesResult.SPANS)
                    .stream().map(span -> SeriesResult.method(detector.name(), span)))
        .toList();
  }

  private static String summary(String name, List<SeriesResult> results) {
    return results.stream()
        .max(Comparator.comparingDouble(SeriesResult::vusPr))
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "%s: best VUS-PR %.1f by %s",
                    name,
                    100 * best.vusPr(),
                    best.method()))
        .orElse(name + ": not measured");
  }
}
