package io.latentry.it.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes the documentation as a site: {@code Site ROOT TARGET}. Pages, a style, a search over all
 * sections, and the files that pages point at; nothing is fetched when it is read, and it works
 * from a folder as from a server.
 */
public final class Site {
  private static final List<String> ASSETS = List.of("site.css", "site.js");

  /** Groups in the margin with their pages, in order; a page is named by its file in the tree. */
  private static final Map<String, List<String>> GROUPS = groups();

  private final Path root;
  private final Path target;

  public Site(Path root, Path target) {
    this.root = root;
    this.target = target;
  }

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    new Site(Path.of(arguments[0]).toAbsolutePath().normalize(), target).write();
    System.out.println(target.resolve("index.html"));
  }

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put("Start", List.of("README.md", "docs/tutorial.md", "docs/install.md"));
    groups.put(
        "Stories",
        List.of(
            "docs/stories/cyber/README.md",
            "docs/stories/manufacturing/README.md",
            "docs/stories/medical/README.md"));
    groups.put(
        "How to",
        List.of(
            "docs/configuration.md",
            "docs/novelties.md",
            "docs/toolbox.md",
            "docs/series.md",
            "docs/images.md",
            "docs/library.md",
            "docs/service.md",
            "docs/operations.md",
            "docs/watching.md",
            "docs/drift.md",
            "docs/retraining.md",
            "docs/streams.md",
            "docs/spark.md",
            "docs/scale.md",
            "examples/python/README.md",
            "docs/security.md"));
    groups.put(
        "Reference",
        List.of(
            "docs/reference/commands.md",
            "docs/reference/settings.md",
            "docs/reference/requests.md",
            "docs/reference/metrics.md",
            "docs/artifact-format.md",
            "docs/open-inference-protocol.md",
            "docs/GLOSSARY.md",
            "CHANGELOG.md"));
    groups.put(
        "Why",
        List.of(
            "docs/explanation.md",
            "docs/models.md",
            "docs/quality.md",
            "docs/benchmarks.md",
            "docs/performance.md",
            "docs/faq.md",
            "docs/coming-from.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md"));
    return groups;
  }

  /**
   * Every page, by the name of its Markdown; those that are made out of code are nowhere on disk.
   */
  private Map<String, String> sources() throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    Map<String, String> made =
        Map.of(
            "docs/reference/commands.md", Reference.commands(),
            "docs/reference/settings.md", Reference.settings(),
            "docs/reference/requests.md", Reference.rest(root),
            "docs/reference/metrics.md", Reference.metrics(root));
    for (List<String> group : GROUPS.values()) {
      for (String file : group) {
        String page = made.get(file);
        sources.put(file, page == null ? Files.readString(root.resolve(file)) : page);
      }
    }
    StringBuilder decisions = new StringBuilder("# Decisions\nWhy things are as they are.\n\n");
    for (Path file : decisions()) {
      String text = Files.readString(file);
      String name = "docs/decisions/" + file.getFileName();
      sources.put(name, text);
      decisions
          .append("- [")
          .append(text.lines().findFirst().orElse(name).replaceFirst("^#+ ", ""))
          .append("](")
          .append(file.getFileName())
          .append(")\n");
    }
    sources.put("docs/decisions/README.md", decisions.toString());
    return sources;
  }

  private List<Path> decisions() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("docs/decisions"))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  /** Writes all of it. */
  public void write() throws IOException {
    Map<String, String> sources = sources();
    PageRenderer renderer = new PageRenderer(root, sources.keySet());
    Map<String, RenderedPage> pages = new LinkedHashMap<>();
    sources.forEach((file, text) -> pages.put(file, renderer.render(file, text)));
    List<Map<String, String>> searched = new ArrayList<>();
    for (RenderedPage page : pages.values()) {
      Path written = target.resolve(page.address());
      Path unused = Files.createDirectories(written.getParent());
      Files.writeString(written, html(page, pages));
      searched.addAll(page.sections());
    }
    for (String file : renderer.linkedFiles()) {
      Path copy = target.resolve(PageRenderer.addressOfFile(file));
      Path unused = Files.createDirectories(copy.getParent());
      Path unusedCopy = Files.copy(root.resolve(file), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    for (String asset : ASSETS) {
      try (InputStream in = Site.class.getResourceAsStream(asset)) {
        Files.write(target.resolve(asset), in.readAllBytes());
      }
    }
    // A script and no file to fetch: a page that was opened from a folder may fetch nothing.
    Files.writeString(
        target.resolve("search.js"),
        "window.SECTIONS = " + new ObjectMapper().writeValueAsString(searched) + ";\n",
        StandardCharsets.UTF_8);
  }

  private static String html(RenderedPage page, Map<String, RenderedPage> pages) {
    String up = "../".repeat((int) page.address().chars().filter(c -> c == '/').count());
    StringBuilder margin = new StringBuilder();
    GROUPS.forEach(
        (group, files) -> {
          margin.append("<h2>").append(group).append("</h2>\n<ul>\n");
          for (String file : files) {
            RenderedPage other = pages.get(file);
            margin
                .append("<li><a href=\"")
                .append(up)
                .append(other.address())
                .append('"')
                .append(other.address().equals(page.address()) ? " aria-current=\"page\"" : "")
                .append('>')
                .append(
                    PageRenderer.escaped(
                        file.equals("README.md") ? "Latentry" : other.shortTitle()))
                .append("</a></li>\n");
          }
          margin.append("</ul>\n");
        });
    return """
        <!doctype html>
        <html lang="en" data-up="%s">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s</title>
        <link rel="stylesheet" href="%ssite.css">
        </head>
        <body>
        <a class="skip" href="#content">To the text</a>
        <header>
        <a class="home" href="%sindex.html">Latentry</a>
        <div class="search"><input id="search" type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off"><ul id="found" hidden></ul></div>
        <button id="menu" aria-controls="margin" aria-expanded="false">Pages</button>
        </header>
        <div class="columns">
        <nav id="margin" aria-label="Pages">
        %s</nav>
        <main id="content">
        %s</main>
        </div>
        <script src="%ssearch.js" defer></script>
        <script src="%ssite.js" defer></script>
        </body>
        </html>
        """
        .formatted(up, PageRenderer.escaped(page.title()), up, up, margin, page.html(), up, up);
  }
}
