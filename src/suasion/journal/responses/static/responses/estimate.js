// Adds a slider to the field of the estimate. Without this the field is a number to type.
// Until the slider is moved the field stays empty, which means: no estimate.
for (const field of document.querySelectorAll("input[data-estimate]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 1;
  slider.max = 99;
  slider.value = field.value || 50;
  slider.className = field.value ? "slider" : "slider unset";
  slider.setAttribute("aria-label", "Estimate in per cent, by slider");
  const none = document.createElement("button");
  none.type = "button";
  none.className = "plain";
  none.textContent = "No estimate";
  const show = () => slider.classList.toggle("unset", field.value === "");
  slider.addEventListener("input", () => { field.value = slider.value; show(); });
  field.addEventListener("input", () => {
    if (field.value !== "") slider.value = field.value;
    show();
  });
  none.addEventListener("click", () => { field.value = ""; slider.value = 50; show(); });
  const row = document.createElement("div");
  row.className = "sliding";
  field.after(row);
  row.append(slider, field, none);
}
