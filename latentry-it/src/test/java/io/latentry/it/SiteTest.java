package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.it.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation as a site: nothing in it points nowhere. */
final class SiteTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
  private static final Pattern ANCHOR = Pattern.compile("\\bid=\"([^\"]+)\"");
  @TempDir private static Path site;
  private static final Map<Path, String> PAGES = new HashMap<>();

  @BeforeAll
  static void write() throws IOException {
    new Site(Command.ROOT, site).write();
    try (Stream<Path> files = Files.walk(site)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".html")).toList()) {
        PAGES.put(page, Files.readString(page));
      }
    }
  }

  @Test
  void everyPageOfTheDocumentationIsThere() throws IOException {
    try (Stream<Path> files = Files.walk(Command.ROOT.resolve("docs"))) {
      List<String> expected =
          files
              .filter(file -> file.toString().endsWith(".md"))
              .map(file -> Command.ROOT.resolve("docs").relativize(file).toString())
              .map(file -> file.replace("README.md", "index.html").replaceAll("\\.md$", ".html"))
              .toList();
      assertThat(expected).allSatisfy(page -> assertThat(PAGES).containsKey(site.resolve(page)));
    }
  }

  @Test
  void noLinkPointsNowhere() {
    List<String> broken = new ArrayList<>();
    Map<Path, Set<String>> anchors = new HashMap<>();
    PAGES.forEach(
        (page, html) ->
            anchors.put(
                page,
                ANCHOR.matcher(html).results().map(m -> m.group(1)).collect(Collectors.toSet())));
    PAGES.forEach(
        (page, html) ->
            LINK.matcher(html)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .forEach(
                    link -> {
                      String[] parts = link.split("#", 2);
                      Path to =
                          parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
                      boolean found =
                          Files.isRegularFile(to)
                              && (parts.length == 1
                                  || anchors.getOrDefault(to, Set.of()).contains(parts[1]));
                      if (!found) {
                        broken.add(site.relativize(page) + " -> " + link);
                      }
                    }));
    assertThat(broken).isEmpty();
  }

  @Test
  void nothingIsFetchedFromElsewhere() {
    assertThat(PAGES.values())
        .allSatisfy(
            html ->
                assertThat(html).doesNotContainPattern("(?:src|<link[^>]*href)=\"(?:https?:)?//"));
  }

  @Test
  void theReferenceComesOutOfTheCode() throws IOException {
    assertThat(page("reference/commands.html")).contains("latentry story", "--false-alarm-rate=P");
    assertThat(page("reference/settings.html")).contains("false_alarm_rate:", "port: 8080");
    assertThat(page("reference/requests.html")).contains("POST /v1/models/{name}/score");
    assertThat(page("reference/metrics.html")).contains("latentry_watch_pages", "latentry_ready");
    assertThat(Files.readString(site.resolve("search.js")))
        .contains("\"u\":\"drift.html\"", "\"t\":\"Watching");
  }

  private static String page(String name) {
    return PAGES.get(site.resolve(name));
  }
}
