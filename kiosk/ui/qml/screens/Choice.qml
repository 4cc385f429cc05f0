// One question a screen: the question at the left, the answers at the right, the one that chooses none of them last.
import "../controls"

Shape {
    leadSpan: 4
    bodySpan: 7
}
