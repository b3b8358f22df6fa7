package io.latentry.cli.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoryShellTest {
  @TempDir Path folder;

  @Test
  void quotesKeepWordsTogether() {
    assertThat(StoryShell.words("latentry feedback 'value low' confirmed --note \"a b\" &"))
        .containsExactly("latentry", "feedback", "value low", "confirmed", "--note", "a b", "&");
  }

  @Test
  void whatIsNoCommandOfAStoryIsRefused() {
    try (StoryShell shell = new StoryShell(folder)) {
      assertThatThrownBy(() -> shell.run("rm -rf models")).hasMessageContaining("rm: no command");
    }
  }

  @Test
  void aCommandSaysWhatItSaysAndLeavesNothingOfTheMachine() throws Exception {
    try (StoryShell shell = new StoryShell(folder)) {
      assertThat(shell.run("latentry --version").out()).startsWith("latentry ");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aCommandThatIsNotDoneInTimeIsEnded() {
    try (StoryShell shell = new StoryShell(folder, Duration.ofMillis(1))) {
      assertThatThrownBy(() -> shell.run("latentry --version"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("latentry --version: not done within");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForWithoutEnd() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        StoryShell shell = new StoryShell(folder, Duration.ofMillis(1))) {
      assertThatThrownBy(() -> shell.run("curl http://127.0.0.1:" + silent.getLocalPort() + "/"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not answered within");
    }
  }
}
