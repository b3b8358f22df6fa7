package io.latentry.core.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a test needs of the machine that no build brings along: Python, a browser, clients that
 * others wrote. Without it the test is skipped, and says so, which Maven does not; where {@code
 * LATENTRY_NO_SKIPS} is {@code true}, as it is in CI, it fails.
 */
public final class Needs {
  private static final Path OWN_PYTHON =
      Path.of("").toAbsolutePath().resolveSibling(".latentry/venv/bin/python");

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  private Needs() {}

  /**
   * Goes on where {@code here} is true.
   *
   * @param what is missing otherwise
   */
  public static void here(boolean here, String what) {
    here(here, what, "true".equals(System.getenv("LATENTRY_NO_SKIPS")));
  }

  static void here(boolean here, String what, boolean noSkips) {
    if (here) {
      return;
    }
    if (noSkips) {
      fail("not here: " + what + " (expected: everything, as LATENTRY_NO_SKIPS says)");
    }
    System.out.println("SKIPPED, for want of " + what);
    abort(what);
  }

  /** Goes on where {@code command} runs and ends well. */
  public static void toRun(String what, String... command) {
    here(runs(command), what);
  }

  private static boolean runs(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one that {@code LATENTRY_PYTHON} names, or else that of {@code ./verify}, or any. */
  public static String python() {
    return System.getenv()
        .getOrDefault(
            "LATENTRY_PYTHON", Files.exists(OWN_PYTHON) ? OWN_PYTHON.toString() : "python3");
  }

  public static Path chromium() {
    Optional<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .flatMap(folder -> BROWSERS.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    here(found.isPresent(), "a Chromium on the PATH");
    return found.orElseThrow();
  }
}
