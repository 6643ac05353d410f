// Starts Swagger UI from a file of its own: the content security policy forbids inline scripts.
window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    validatorUrl: null, // no request leaves the house
    presets: [SwaggerUIBundle.presets.apis],
  });
});
