package io.latentry.pipeline.fit;

import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.FitConfig;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to fit, on what, and where the results go.
 *
 * @param data files, globs or {@code -} for {@code input}
 * @param target the artifact to write
 * @param warmStart an artifact whose weights to begin from
 * @param report an HTML report to write beside it
 */
public record FitRequest(
    List<String> data,
    StandardInput input,
    FitConfig config,
    Path target,
    Optional<Path> warmStart,
    Optional<Path> report) {

  public FitRequest {
    data = List.copyOf(data);
    config = ImageSource.isOne(data) ? config.settledImages() : config.settledSeries();
  }

  /** A fit on a file, from scratch and without a report. */
  public static FitRequest of(Path data, FitConfig config, Path target) {
    return new FitRequest(
        List.of(data.toString()),
        StandardInput.streamed(InputStream.nullInputStream()),
        config,
        target,
        Optional.empty(),
        Optional.empty());
  }

  /** Where training keeps its checkpoints: a folder beside the artifact, until that is written. */
  public Path checkpoints() {
    return target.resolveSibling(target.getFileName() + ".checkpoint");
  }
}
