package io.latentry.server.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.testing.Needs;
import io.latentry.scoring.Scorer;
import io.latentry.server.RunningService;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.api.Service;
import io.latentry.server.api.image.FittedImages;
import io.latentry.server.catalog.Artifacts;
import io.latentry.server.config.KeyRole;
import io.latentry.server.notification.MovedClock;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.series.FittedSeries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, which must find nothing to complain about. */
final class PageTest {
  private static final String ROW =
      "{\"a\": 9.5, \"b\": -0.46794, \"c\": 0.30877, \"d\": 0.76638, \"e\": null, \"flag\": true,"
          + " \"at\": \"2024-03-05T03:30:13Z\", \"kind\": \"middle\"}";
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static Service service;
  private static Playwright playwright;
  private static Browser browser;

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void open() {
    Path chromium = Needs.chromium();
    // What is waited for comes at once, but on a machine with other work.
    PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
    service = new Service();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
  }

  @AfterAll
  static void close() {
    if (playwright != null) {
      playwright.close();
      service.close();
    }
  }

  @BeforeEach
  void newTab() {
    context = browser.newContext();
    page = context.newPage();
    watch(page);
  }

  /** Errors of scripts, refused policies, and requests to anywhere else. */
  private void watch(Page tab) {
    tab.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    tab.onPageError(complaints::add);
    tab.onRequest(
        request -> {
          if (!request.url().startsWith(service.uri("/").toString())
              && !request.url().startsWith("data:")
              && !request.url().startsWith("blob:")) {
            complaints.add("asks elsewhere: " + request.url());
          }
        });
  }

  @AfterEach
  void nothingToComplainAbout() {
    context.close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void aPastedRowIsJudgedAndExplained() {
    page.navigate(service.uri("/").toString());
    assertThat(page.getByLabel("Model", new Page.GetByLabelOptions().setExact(true)))
        .hasValue("pump");
    page.getByLabel("Rows", new Page.GetByLabelOptions().setExact(true)).fill(ROW);
    page.getByText("Judge", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#outcome")).hasText("1 row: 1 anomaly");
    assertThat(page.locator("#verdicts .card")).containsText("Row 0: anomaly");
    assertThat(page.locator("#verdicts tbody tr")).hasCount(3);
    assertThat(page.locator("#verdicts tbody tr").first()).containsText("9.5");
    assertThat(page.locator("#anomalies .card").first()).containsText("pump anomaly");
    assertThat(page.locator("#mix-chart"))
        .hasAttribute("aria-label", Pattern.compile("Verdicts: pump: .*anomaly.*"));
    assertThat(page.locator("#mix-chart canvas")).hasCount(1);
  }

  @Test
  void aCsvLineAndATableAreReadAsTheCommandLineWould() {
    page.navigate(service.uri("/").toString());
    assertThat(page.locator("#model")).hasValue(Pattern.compile(".+"));
    judge("0.5,-0.4,0.3,0.7,1.0,true,2024-03-05T03:30:13Z,middle");
    assertThat(page.locator("#outcome")).hasText("1 row: 1 normal");
    judge(
        "kind,a,b,c,d,e,flag,at\nmiddle,0.5,-0.4,0.3,0.7,1.0,yes,2024-03-05\nlow,one,2,3,4,5,no,\n");
    assertThat(page.locator("#outcome")).hasText("2 rows: 1 unscorable, 1 normal");
    assertThat(page.locator("#verdicts .unscorable").first())
        .containsText("'one' (expected: a number)");
    judge("{\"a\": }");
    assertThat(page.locator("#outcome")).containsText("broken JSON: line 1, column");
    assertThat(page.locator("#verdicts .card")).hasCount(0);
    judge("");
    assertThat(page.locator("#outcome")).containsText("There are no rows");
    complaints.removeIf(text -> text.contains("400"));
  }

  private void judge(String rows) {
    page.locator("#rows").fill(rows);
    page.locator("#try-form button[type=submit]").click();
  }

  @Test
  void aFileIsJudgedRowByRow() {
    page.navigate(service.uri("/").toString());
    assertThat(page.locator("#models tr")).hasCount(1);
    assertThat(page.locator("#model")).hasValue(Pattern.compile(".+"));
    page.locator("#file").setInputFiles(Service.rows());
    assertThat(page.locator("#outcome"))
        .hasText(
            "45 rows: 10 anomaly, 4 unscorable, 31 normal; unknown to the model and not used:"
                + " 'label'");
    assertThat(page.locator("#verdicts > .cards > .card")).hasCount(45);
  }

  @Test
  void aSeriesIsDrawnWithItsEvents(@TempDir Path folder) throws Exception {
    Path data =
        Files.writeString(
            folder.resolve("new.csv"),
            FittedSeries.table(7, 3_000, List.of("north,a/1", "south,b 2"), 2_000));
    try (Service plant = new Service()) {
      Object unused =
          plant.host().add("pumps", FittedSeries.fit(folder.resolve("pumps.onnx")), true, "ada");
      page.navigate(plant.uri("/").toString());
      assertThat(page.locator("#models tr")).hasCount(2);
      page.locator("#model").selectOption("pumps");
      page.locator("#file").setInputFiles(data);
      assertThat(page.locator("#outcome"))
          .containsText("6000 rows of 2 keys; of north / a/1 3000 points: ");
      assertThat(page.locator("#outcome")).containsText("15 unscorable (warming up)");
      assertThat(page.locator("#series-chart canvas")).hasCount(1);
      assertThat(page.locator("#series-chart"))
          .hasAttribute("aria-label", Pattern.compile("pressure beside .* 3000 points.*"));
      assertThat(page.locator("#series-events")).containsText("pressure");
      page.locator("#series-channel").selectOption("flow");
      assertThat(page.locator("#series-chart"))
          .hasAttribute("aria-label", Pattern.compile("flow beside .*"));
      page.locator("#series-key").focus();
      page.keyboard().press("ArrowDown");
      assertThat(page.locator("#outcome")).containsText("of south / b 2 3000 points");
      assertThat(page.locator("#series-channel")).hasValue("flow");
      for (int width : new int[] {360, 1280}) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          drawn(plant, data, width, scheme);
        }
      }
      page.locator("#example-button").click();
      assertThat(page.locator("#rows"))
          .hasValue(Pattern.compile("at,plant,pump,pressure,flow\n.*"));
      page.locator("#try-form button[type=submit]").click();
      assertThat(page.locator("#outcome")).containsText("60 points");
      page.locator("#model").selectOption("pump");
      judge(ROW);
      assertThat(page.locator("#outcome")).hasText("1 row: 1 anomaly");
      assertThat(page.locator("#series")).isHidden();
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  private void drawn(Service plant, Path data, int width, ColorScheme scheme) {
    try (BrowserContext sized =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))) {
      Page tab = sized.newPage();
      watch(tab);
      tab.navigate(plant.uri("/").toString());
      assertThat(tab.locator("#models tr")).hasCount(2);
      tab.locator("#model").selectOption("pumps");
      tab.locator("#file").setInputFiles(data);
      assertThat(tab.locator("#outcome")).containsText("6000 rows");
      byte[] unused =
          tab.locator("#try")
              .screenshot(
                  new Locator.ScreenshotOptions()
                      .setPath(SCREENSHOTS.resolve("series-" + width + "-" + scheme + ".png")));
      assertThat(
              tab.evaluate(
                  "() => document.documentElement.scrollWidth -"
                      + " document.documentElement.clientWidth"))
          .as(width + " " + scheme)
          .isEqualTo(0);
    }
  }

  @Test
  void incidentsAreAcknowledgedAndCalledWhatTheyWereAndWindowsAreSet() throws Exception {
    try (Service plant = new Service("watch.sla", "p99 5ms over 5m")) {
      assertThat(plant.post("/v1/models/pump/score", "text/csv", Service.rowsText()).status())
          .isEqualTo(200);
      page.navigate(plant.uri("/").toString());
      assertThat(page.locator("#incidents .card").first()).containsText("pump: ");
      assertThat(page.locator("#health")).containsText("pump over api: ");
      Locator first = page.locator("#incidents .card").first();
      Locator acknowledge = first.getByText("Acknowledge", exactly());
      acknowledge.focus();
      page.keyboard().press("Enter");
      assertThat(page.locator("#told")).containsText("Acknowledge: pump, ");
      assertThat(first).containsText("Acknowledged by local.");
      assertThat(acknowledge).hasAttribute("aria-pressed", "true");
      assertThat(acknowledge).isFocused();
      page.keyboard().press("Tab");
      page.keyboard().press("Space");
      assertThat(first).containsText("Called false alarm by local.");
      first.getByText("Known event", exactly()).click();
      assertThat(first).containsText("Called known event by local.");
      first.getByText("Rows", exactly()).click();
      assertThat(first.locator("tbody tr").first()).containsText("expected");

      page.getByText("Set a window", new Page.GetByTextOptions().setExact(true)).click();
      page.locator("#window-name").fill("overhaul");
      page.locator("#window-models").fill("pump, press*");
      page.locator("#window-from").fill("2025-12-31T00:00");
      page.locator("#window-to").fill("2026-01-03T00:00");
      page.locator("#window-form button[type=submit]").click();
      assertThat(page.locator("#told")).hasText("Set: overhaul");
      assertThat(page.locator("#windows")).containsText("pump, press*");
      assertThat(page.locator("#windows")).containsText("open until");
      for (int width : new int[] {360, 1280}) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          watched(plant, width, scheme);
        }
      }
      page.locator("#windows button").click();
      assertThat(page.locator("#told")).hasText("Ended: overhaul");
      assertThat(page.locator("#windows")).containsText("None.");
      assertThat(plant.get("/v1/audit").text()).contains("add_maintenance", "end_maintenance");
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  @Test
  void theSegmentThatPagesStandsFirstInATableThatAKeyboardReaches() throws Exception {
    MovedClock clock = new MovedClock();
    try (RunningService plant = new RunningService("pump", clock, "watch.segments", "kind")) {
      plant.registry().recorded().put(surging(clock.instant(), 9 * 24));
      clock.pass(Duration.ofDays(9));
      String uri = "http://127.0.0.1:" + plant.port() + "/";
      page.navigate(uri);
      Locator table = page.getByRole(AriaRole.REGION, named("Segments of pump"));
      assertThat(page.locator("#health p").first()).containsText("pump: At kind=high: more alarms");
      assertThat(table.locator("tbody tr")).hasCount(3);
      assertThat(table.locator("tbody tr").first()).containsText("kind=high");
      assertThat(table.locator("tbody tr").first()).containsText("surge");
      assertThat(table.locator("tbody th[scope=row]").nth(1)).hasText("kind=low");
      assertThat(page.locator("#health .help")).hasCount(0);
      table.focus();
      assertThat(table).isFocused();
      Files.createDirectories(SCREENSHOTS);
      for (int width : new int[] {360, 1280}) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          try (BrowserContext sized =
              browser.newContext(
                  new Browser.NewContextOptions()
                      .setViewportSize(width, 900)
                      .setColorScheme(scheme))) {
            Page tab = sized.newPage();
            watch(tab);
            tab.navigate(uri);
            assertThat(tab.locator("#health tbody tr").first()).isVisible();
            byte[] unused =
                tab.locator("section[aria-labelledby=health-title]")
                    .screenshot(
                        new Locator.ScreenshotOptions()
                            .setPath(
                                SCREENSHOTS.resolve("segments-" + width + "-" + scheme + ".png")));
            assertThat(
                    tab.evaluate(
                        "() => document.documentElement.scrollWidth -"
                            + " document.documentElement.clientWidth"))
                .as(width + " " + scheme)
                .isEqualTo(0);
          }
        }
      }
      page.close();
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + uri));
    }
  }

  /** Counts of three segments, of which one has many alarms in the last six hours. */
  private static List<RecordedHour> surging(Instant from, int hours) {
    long first = from.toEpochMilli() / Duration.ofHours(1).toMillis();
    byte[] nothing;
    try (Scorer scorer = Scorer.open(RunningService.artifact())) {
      nothing = Profile.none(Quantity.of(scorer.manifest())).packed();
    }
    List<RecordedHour> all = new ArrayList<>();
    for (int hour = 0; hour < hours; hour++) {
      long sum = 0;
      for (String kind : List.of("high", "low", "middle")) {
        long alarms = kind.equals("high") && hour >= hours - 6 ? 90 : hour % 3;
        sum += alarms;
        all.add(counts("kind=" + kind, first + hour, 400, alarms, nothing));
      }
      all.add(counts(RecordedHour.WHOLE, first + hour, 1_200, sum, nothing));
    }
    return all;
  }

  private static RecordedHour counts(
      String segment, long hour, long judged, long alarms, byte[] profile) {
    return new RecordedHour(
        "pump", 1, segment, hour, "another", judged, alarms, 0, 0.05, 0.06, profile);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  @Test
  void feedbackWithANoteLeadsToAProposalThatIsAppliedAndTakenBack() throws Exception {
    try (Service plant = new Service("recording.keep", "rows")) {
      assertThat(plant.post("/v1/models/pump/score", "text/csv", Service.rowsText()).status())
          .isEqualTo(200);
      page.navigate(plant.uri("/").toString());
      Locator first = page.locator("#incidents .card").first();
      first.getByLabel("Note").fill("sensor test");
      first.getByText("False alarm", exactly()).click();
      assertThat(first).containsText("Called false alarm by local: sensor test");
      Locator second = page.locator("#incidents .card").nth(1);
      second.getByText("Rows", exactly()).click();
      second.locator("tbody tr").first().getByText("Confirmed", exactly()).click();
      assertThat(page.locator("#told")).containsText("Confirmed (one alarm): pump, ");
      assertThat(second.locator("tbody tr").first()).containsText("confirmed");

      Locator card = page.locator("#thresholds .card");
      card.getByText("What does feedback speak for?", exactly()).click();
      Locator proposal = card.locator("#proposals-pump li").last();
      assertThat(proposal).containsText("No alarm where ");
      assertThat(proposal).containsText("lose 0 of 1 confirmed.");
      proposal.getByText("Apply", exactly()).click();
      assertThat(card).containsText("Segments: ");
      assertThat(card).containsText("never alarms");
      screenshots(plant, "thresholds");
      card.getByText("Undo to 1.914", exactly()).click();
      assertThat(card).not().containsText("Segments: ");
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  private void screenshots(Service plant, String name) throws Exception {
    Files.createDirectories(SCREENSHOTS);
    for (int width : new int[] {360, 1280}) {
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        try (BrowserContext sized =
            browser.newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, 900)
                    .setColorScheme(scheme))) {
          Page tab = sized.newPage();
          watch(tab);
          tab.navigate(plant.uri("/").toString());
          assertThat(tab.locator("#thresholds .card")).isVisible();
          tab.locator("#thresholds summary").click();
          byte[] unused =
              tab.screenshot(
                  new Page.ScreenshotOptions()
                      .setFullPage(true)
                      .setPath(SCREENSHOTS.resolve(name + "-" + width + "-" + scheme + ".png")));
          assertThat(
                  tab.evaluate(
                      "() => document.documentElement.scrollWidth -"
                          + " document.documentElement.clientWidth"))
              .as(width + " " + scheme)
              .isEqualTo(0);
        }
      }
    }
  }

  @Test
  void aThresholdIsShownWithItsHistoryAndTakenBack() throws Exception {
    try (Service plant = new Service()) {
      assertThat(plant.patch("/v1/models/pump/threshold", "{\"score\": 2.5}").status())
          .isEqualTo(200);
      page.navigate(plant.uri("/").toString());
      Locator card = page.locator("#thresholds .card");
      assertThat(card).containsText("pump: 2.5");
      card.getByText("History", exactly()).click();
      assertThat(card.locator("tbody tr")).hasCount(1);
      assertThat(card.locator("tbody tr")).containsText("local");
      Locator undo = card.getByText("Undo to 1.914", exactly());
      undo.focus();
      page.keyboard().press("Enter");
      assertThat(page.locator("#told")).hasText("Undo to 1.914: threshold of pump");
      assertThat(card).containsText("pump: 1.914");
      assertThat(card.locator("tbody tr").first()).containsText("undo threshold");
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  @Test
  void whichVersionAnsweredWhenIsShownAskedForAndTakenBack(@TempDir Path folder) throws Exception {
    try (Service plant = new Service("recording.keep", "rows")) {
      Path second =
          Files.write(
              folder.resolve("second.onnx"),
              Artifacts.tagged(Files.readAllBytes(RunningService.artifact()), 2));
      Object unused = plant.host().add("pump", second, true, "ada");
      Object unusedAnswer = plant.post("/v1/models/pump/score", "text/csv", Service.rowsText());
      page.navigate(plant.uri("/").toString());
      assertThat(page.locator("#ledger tr")).hasCount(2);
      assertThat(page.locator("#ledger tr").first()).containsText("was version 1");
      assertThat(page.locator("#retraining-state")).containsText("does not retrain");
      page.getByText("Which version was it?").click();
      page.locator("#ledger-at").fill("2026-01-05T12:00");
      page.getByText("Which answered then?").click();
      assertThat(page.locator("#ledger-answer")).containsText("Version 2 answered since");
      page.locator("#row-where").fill("kind=middle");
      page.locator("#row-day").fill("2026-01-01");
      page.getByText("Which judged it?").click();
      assertThat(page.locator("#ledger-answer")).containsText("version 2 (");
      page.getByText("Roll back", new Page.GetByTextOptions().setExact(true)).click();
      assertThat(page.locator("#told")).hasText("Rolled back");
      assertThat(page.locator("#ledger tr").first()).containsText("roll back");
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  private static Locator.GetByTextOptions exactly() {
    return new Locator.GetByTextOptions().setExact(true);
  }

  private void watched(Service plant, int width, ColorScheme scheme) throws Exception {
    Files.createDirectories(SCREENSHOTS);
    try (BrowserContext sized =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme))) {
      Page tab = sized.newPage();
      watch(tab);
      tab.navigate(plant.uri("/").toString());
      assertThat(tab.locator("#incidents .card").first()).isVisible();
      assertThat(tab.locator("#windows")).containsText("overhaul");
      tab.getByText("Set a window", new Page.GetByTextOptions().setExact(true)).click();
      byte[] unused =
          tab.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setPath(SCREENSHOTS.resolve("watch-" + width + "-" + scheme + ".png")));
      assertThat(
              tab.evaluate(
                  "() => document.documentElement.scrollWidth -"
                      + " document.documentElement.clientWidth"))
          .as(width + " " + scheme)
          .isEqualTo(0);
    }
  }

  @Test
  void anImageIsShownWithWhatIsStrangeInIt(@TempDir Path folder) throws Exception {
    Path stained = Files.write(folder.resolve("stained.png"), FittedImages.png(101, 2, true));
    Path plain = Files.write(folder.resolve("plain.png"), FittedImages.png(100, 1, false));
    Path broken = Files.writeString(folder.resolve("broken.png"), "no image at all");
    try (Service plant = new Service()) {
      Object unused = plant.host().add("parts", FittedImages.fit(folder), true, "ada");
      for (int width : new int[] {360, 1280}) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          try (BrowserContext sized =
              browser.newContext(
                  new Browser.NewContextOptions()
                      .setViewportSize(width, 900)
                      .setColorScheme(scheme))) {
            Page tab = sized.newPage();
            watch(tab);
            tab.navigate(plant.uri("/").toString());
            assertThat(tab.locator("#models tr")).hasCount(2);
            tab.locator("#model").selectOption("parts");
            assertThat(tab.locator("#try-title")).hasText("Try images");
            assertThat(tab.locator("#rows")).isHidden();
            tab.locator("#images").setInputFiles(new Path[] {stained, plain, broken});
            assertThat(tab.locator("#outcome"))
                .hasText("3 images: 1 anomaly, 1 unscorable, 1 normal");
            assertThat(tab.locator("#verdicts > .cards > .card")).hasCount(3);
            Locator first = tab.locator("#verdicts > .cards > .card").first();
            assertThat(first).containsText("stained.png: anomaly");
            assertThat(first.locator("img"))
                .hasAttribute(
                    "alt", Pattern.compile("The image, 128 by 128 pixels, .*most strange is .*"));
            assertThat(tab.evaluate("() => document.querySelector('#verdicts img').naturalWidth"))
                .isEqualTo(128);
            assertThat(tab.locator("#verdicts")).containsText("not an image: begins with");
            byte[] shot =
                tab.locator("#try")
                    .screenshot(
                        new Locator.ScreenshotOptions()
                            .setPath(
                                SCREENSHOTS.resolve("images-" + width + "-" + scheme + ".png")));
            assertThat(shot).isNotEmpty();
            assertThat(
                    tab.evaluate(
                        "() => document.documentElement.scrollWidth"
                            + " - document.documentElement.clientWidth"))
                .as(width + " " + scheme)
                .isEqualTo(0);
            tab.locator("#model").selectOption("pump");
            assertThat(tab.locator("#try-title")).hasText("Try rows");
            assertThat(tab.locator("#rows")).isVisible();
            assertThat(tab.locator("#verdicts .card")).hasCount(0);
          }
        }
      }
      complaints.removeIf(text -> text.startsWith("asks elsewhere: " + plant.uri("/")));
    }
  }

  @Test
  void theKeyboardAloneSuffices() {
    page.navigate(service.uri("/").toString());
    assertThat(page.locator("#models tr")).hasCount(1);
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    assertThat(page.locator("#model")).isFocused();
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertThat(page.locator("#rows")).hasValue(Pattern.compile("\"kind\": \"middle\""));
    assertThat(page.locator("#rows")).isFocused();
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertThat(page.locator("#outcome")).hasText(Pattern.compile("1 row: 1 .*"));
  }

  @Test
  void everyControlHasANameAndEveryPartALandmark() {
    page.navigate(service.uri("/").toString());
    Object nameless =
        page.evaluate(
            "() => [...document.querySelectorAll('button, select, textarea, input')].filter(c =>"
                + " !c.textContent.trim() && !c.labels?.length && !c.ariaLabel).length");
    assertThat(nameless).isEqualTo(0);
    assertThat(page.locator("header, main")).hasCount(2);
    assertThat(page.locator("main > section:not([aria-labelledby])")).hasCount(0);
    assertThat(page.locator("h1")).hasCount(1);
    assertThat(page.locator("html")).hasAttribute("lang", "en");
    assertThat(page.locator("[role=status]")).hasCount(4);
  }

  @Test
  void itIsDarkWhenTheSystemOrThePersonSaysSo() {
    context.close();
    context = browser.newContext(new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK));
    page = context.newPage();
    watch(page);
    page.navigate(service.uri("/").toString());
    assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
    page.getByText("Dark").click();
    assertThat(page.locator("html")).hasAttribute("data-theme", "light");
    page.reload();
    assertThat(page.locator("html")).hasAttribute("data-theme", "light");
  }

  @Test
  void theKeyIsAskedForWhenNeededAndKeptForTheTabAlone(@TempDir Path folder) throws Exception {
    Path keys = folder.resolve("keys.json");
    String key =
        new ApiKeyFile(keys, Clock.systemUTC(), new SecureRandom()).create("page", KeyRole.SCORE);
    try (Service locked = new Service("access.api_keys", keys.toString())) {
      page.navigate(locked.uri("/").toString());
      assertThat(page.locator("#key-dialog")).isVisible();
      assertThat(page.locator("#key")).isFocused();
      page.keyboard().type(key);
      page.keyboard().press("Enter");
      assertThat(page.locator("#connection")).hasText("Live");
      assertThat(page.locator("#models tr")).containsText("pump");
      assertThat(page.evaluate("() => JSON.stringify(localStorage) + document.cookie").toString())
          .doesNotContain(key);
      Page another = context.newPage();
      another.navigate(locked.uri("/").toString());
      assertThat(another.locator("#key-dialog")).isVisible();
    }
    complaints.removeIf(text -> text.contains("401") || text.contains("asks elsewhere"));
  }

  @Test
  void theDocumentationShowsEveryOperation() {
    page.navigate(service.uri("/docs").toString());
    assertThat(page.locator(".opblock")).hasCount(42);
    assertThat(page.locator("#docs")).containsText("Judge rows");
  }

  @Test
  void theShapeHoldsFromNarrowToWide() throws Exception {
    Files.createDirectories(SCREENSHOTS);
    for (int width : new int[] {360, 1280}) {
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        try (BrowserContext sized =
            browser.newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, 900)
                    .setColorScheme(scheme))) {
          Page tab = sized.newPage();
          watch(tab);
          tab.navigate(service.uri("/").toString());
          assertThat(tab.locator("#connection")).hasText("Live");
          tab.locator("#rows")
              .fill(
                  "["
                      + ROW
                      + ", {\"a\": \"one\"}, "
                      + ROW.replace("9.5", "0.5").replace("null", "1.0")
                      + "]");
          tab.locator("#try-form button[type=submit]").click();
          assertThat(tab.locator("#verdicts > .cards > .card")).hasCount(3);
          assertThat(tab.locator("#anomalies .card").first()).isVisible();
          byte[] unused =
              tab.screenshot(
                  new Page.ScreenshotOptions()
                      .setFullPage(true)
                      .setPath(SCREENSHOTS.resolve(width + "-" + scheme + ".png")));
          Object overflow =
              tab.evaluate(
                  "() => document.documentElement.scrollWidth -"
                      + " document.documentElement.clientWidth");
          assertThat(overflow).as(width + " " + scheme).isEqualTo(0);
        }
      }
    }
  }
}
