package io.latentry.kafka.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.NoSuchFileException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class StreamJobTest {
  @Test
  void whyItEndedIsWhatWasSaidOfItAndNeitherItsWrappersNorItsRoot() {
    Throwable ours = new IllegalStateException("file: gone; put it back", missing());
    assertThat(StreamJob.reason(new StreamsException("task 0_0", new StreamsException(ours))))
        .isEqualTo("file: gone; put it back");
    assertThat(StreamJob.reason(new StreamsException("task 0_0", missing())))
        .isEqualTo("no such file or folder");
    assertThat(StreamJob.reason(new StreamsException("no more"))).isEqualTo("no more");
  }

  private static NoSuchFileException missing() {
    return new NoSuchFileException("next.onnx");
  }
}
