package io.latentry.server.page;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.file.FileService;
import com.linecorp.armeria.server.file.HttpFile;
import io.latentry.server.door.Door;

/** The page at {@code /}, the documentation at {@code /docs}, and the files that they need. */
public final class PageDoor implements Door {
  static final String ECHARTS = "META-INF/resources/webjars/echarts/5.5.0";
  static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/5.34.1";

  private static final String FILES = "io/latentry/server/page/files";

  /** Nothing from elsewhere, no inline script or style, in nobody's frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The documentation's library writes styles into its elements. */
  private static final String DOCS_POLICY =
      POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

  @Override
  public void openOn(ServerBuilder server) {
    server.route().get("/").get("/index.html").build(page("index.html", POLICY).asService());
    server.route().get("/docs").get("/docs/").build(page("docs.html", DOCS_POLICY).asService());
    server.serviceUnder("/page/", files(FILES));
    server.serviceUnder("/webjars/echarts/", files(ECHARTS));
    server.serviceUnder("/webjars/swagger-ui/", files(SWAGGER_UI));
  }

  private static HttpFile page(String name, String policy) {
    return HttpFile.builder(PageDoor.class.getClassLoader(), FILES + "/" + name)
        .contentType(MediaType.HTML_UTF_8)
        .cacheControl(ServerCacheControl.REVALIDATED)
        .setHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, policy)
        .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .setHeader(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .build();
  }

  private static FileService files(String folder) {
    return FileService.builder(PageDoor.class.getClassLoader(), folder)
        .cacheControl(ServerCacheControl.REVALIDATED)
        .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .build();
  }
}
