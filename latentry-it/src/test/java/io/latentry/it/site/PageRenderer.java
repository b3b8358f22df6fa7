package io.latentry.it.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** Markdown to HTML, with links that stay within the site. */
final class PageRenderer {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());

  private final Parser parser = Parser.builder().extensions(EXTENSIONS).build();
  private final HtmlRenderer renderer =
      HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build();
  private final Path root;
  private final Set<String> pages;
  private final Set<String> linkedFiles = new TreeSet<>();

  /**
   * @param pages every page, by its Markdown file below {@code root}
   */
  PageRenderer(Path root, Set<String> pages) {
    this.root = root;
    this.pages = pages;
  }

  /** Files of the tree that are no pages, and that pages point at. */
  Set<String> linkedFiles() {
    return linkedFiles;
  }

  RenderedPage render(String file, String markdown) {
    Node document = parser.parse(markdown);
    String address = address(file);
    document.accept(new Links(file));
    Sections sections = new Sections(address);
    document.accept(sections);
    // A wide table scrolls by itself, and not the page with it.
    String html =
        renderer
            .render(document)
            .replace("<table>", "<div class=\"wide\"><table>")
            .replace("</table>", "</table></div>");
    return new RenderedPage(address, sections.title, html, sections.told());
  }

  /** Of a page within the site. */
  static String address(String file) {
    String below = file.startsWith("docs/") ? file.substring("docs/".length()) : file;
    return below.endsWith("README.md")
        ? below.substring(0, below.length() - "README.md".length()) + "index.html"
        : below.substring(0, below.length() - ".md".length()) + ".html";
  }

  /** Of any other file. */
  static String addressOfFile(String file) {
    return file.startsWith("docs/") ? file.substring("docs/".length()) : "files/" + file;
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** Turns links to files of the tree into links within the site. */
  private final class Links extends AbstractVisitor {
    private final String file;

    Links(String file) {
      this.file = file;
    }

    @Override
    public void visit(Link link) {
      visitChildren(link);
      String moved = moved(link.getDestination());
      if (moved == null) {
        // A folder, of which a site has no page: its name stays.
        for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
          link.insertBefore(child);
        }
        link.unlink();
      } else {
        link.setDestination(moved);
      }
    }

    @Override
    public void visit(Image image) {
      String moved = moved(image.getDestination());
      image.setDestination(moved == null ? image.getDestination() : moved);
    }

    private String moved(String destination) {
      if (destination.matches("[a-z]+:.*") || destination.startsWith("#")) {
        return destination;
      }
      String[] parts = destination.split("#", 2);
      Path from = Path.of(file);
      Path to = from.resolveSibling(parts[0]).normalize();
      String named = to.toString().replace('\\', '/');
      String anchor = parts.length == 1 ? "" : "#" + parts[1];
      if (pages.contains(named)) {
        return relative(address(named)) + anchor;
      }
      if (pages.contains(named + "/README.md")) {
        return relative(address(named + "/README.md")) + anchor;
      }
      if (Files.isRegularFile(root.resolve(named))) {
        linkedFiles.add(named);
        return relative(addressOfFile(named));
      }
      if (Files.isDirectory(root.resolve(named))) {
        return null;
      }
      throw new IllegalStateException(
          file + ": " + destination + " (expected: a file of the tree, or a page)");
    }

    private String relative(String address) {
      Path own = Path.of(address(file));
      Path folder = own.getParent();
      return (folder == null ? Path.of(address) : folder.relativize(Path.of(address)))
          .toString()
          .replace('\\', '/');
    }
  }

  /** What the search knows: each heading with the text below it. */
  private static final class Sections extends AbstractVisitor {
    private final String address;
    private final IdGenerator ids = IdGenerator.builder().build();
    private final List<Map<String, String>> done = new ArrayList<>();
    private String title = "";
    private String heading = "";
    private String anchor = "";
    private String gap = " ";
    private final StringBuilder text = new StringBuilder();

    Sections(String address) {
      this.address = address;
    }

    List<Map<String, String>> told() {
      end();
      return done;
    }

    private void end() {
      String below = text.toString().replaceAll("\\s+", " ").strip();
      if (!heading.isEmpty()) {
        done.add(
            Map.of(
                "t",
                heading.equals(title) ? title : title + ": " + heading,
                "u",
                address + anchor,
                "x",
                below));
      }
      text.setLength(0);
    }

    @Override
    public void visit(Heading node) {
      end();
      // As the anchors are made: pieces of a heading stand together.
      gap = "";
      visitChildren(node);
      gap = " ";
      String words = text.toString().strip();
      text.setLength(0);
      heading = words;
      anchor = "#" + ids.generateId(words);
      if (title.isEmpty()) {
        title = words;
        anchor = "";
      }
    }

    @Override
    public void visit(Text node) {
      text.append(node.getLiteral()).append(gap);
    }

    @Override
    public void visit(Code node) {
      text.append(node.getLiteral()).append(gap);
    }

    @Override
    public void visit(FencedCodeBlock node) {
      text.append(node.getLiteral()).append(gap);
    }
  }
}
