// A long text, page by page.
import "../theme"
import "../controls"

Shape {
    leadSpan: 4
    bodySpan: Theme.span(1) > 0 && shown.lead.length ? 8 : 7
    sign: shown.icon
}
