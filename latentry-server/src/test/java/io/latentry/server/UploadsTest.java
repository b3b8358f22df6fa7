package io.latentry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.registry.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where an artifact lies while it is sent. */
@Timeout(60)
final class UploadsTest {
  @TempDir Path store;

  @Test
  void whatIsBeingSentLiesInTheStoresFolderAndIsSweptAtTheNextStart() throws Exception {
    try (RunningService service = new RunningService("store.folder", store.toString());
        SlowCaller caller =
            SlowCaller.post(
                service.port(), "/v1/models/sent/versions", "application/octet-stream")) {
      assertThat(uploads()).isEmpty();
      SlowCaller unused = caller.send("no artifact, but ");
      while (uploads().isEmpty() || Files.size(uploads().get(0)) == 0) {
        Thread.sleep(20);
      }
      unused = caller.send("a half one");
      caller.end();
      assertThat(caller.answerWith("\"error\"")).startsWith("HTTP/1.1 400");
      while (!uploads().isEmpty()) {
        Thread.sleep(20);
      }
    }
    Path left = ArtifactStore.forUpload(store);
    assertThat(uploads()).containsExactly(left);
    ArtifactStore unused = ArtifactStore.in(store);
    assertThat(uploads()).isEmpty();
  }

  private List<Path> uploads() throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("artifacts"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("upload-")).toList();
    }
  }
}
