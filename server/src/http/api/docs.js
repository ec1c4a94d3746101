// Sends the form of an endpoint and shows what comes back.
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const [name, value] of new FormData(form)) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "") query.set(name, value);
  }
  const token = document.getElementById("token").value;
  const url = query.size ? `${path}?${query}` : path;
  const out = form.querySelector("pre");
  const status = form.querySelector("output");
  try {
    const response = await fetch(url, { method: form.dataset.verb, headers: token ? { authorization: `Bearer ${token}` } : {} });
    const text = await response.text();
    status.textContent = `${response.status} ${url}`;
    try { out.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { out.textContent = text; }
  } catch (error) {
    status.textContent = String(error);
  }
  out.hidden = false;
});
