// Where the card goes: the drawing, as large as there is room, and beside or under it what one needs to know. The words give
// way to the drawing.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: place
    property int inset: Theme.px(36)
    // It stands alone on the screen and grows.
    property bool large: false
    // The one thing to do, and nothing beside it.
    property bool simple: false
    readonly property bool beside: width > Math.max(1.4 * height, Theme.px(860))
    readonly property int wordsWidth: beside ? Math.round(width / 2) - inset : width - 2 * inset
    readonly property int least: Theme.px(170)
    readonly property var things: [
        { icon: "id", text: qsTr("The chip first, facing up.") },
        { icon: "lock", text: qsTr("Your PIN has six to eight digits.") },
        { icon: "clock", text: qsTr("There is no hurry: the screen waits for you.") }
    ].slice(0, simple ? 1 : 3)
    property int lines: 0

    // As many lines as leave the drawing its room; tried, not bound: they are measured where they stand.
    function fit() {
        const spare = height - 2 * inset - (beside ? 0 : title.height + least + 2 * Theme.space(2)) - (beside ? title.height : 0);
        let used = 0;
        let count = 0;
        for (; count < line.count; ++count) {
            const each = line.itemAt(count);
            if (!each || (used += each.height + words.spacing) > spare)
                break;
        }
        lines = count;
    }
    onHeightChanged: Qt.callLater(fit)
    onWidthChanged: Qt.callLater(fit)

    Words {
        id: title
        x: place.beside ? place.width - place.wordsWidth - place.inset : place.inset
        y: place.beside ? Math.round((place.height - height - (place.lines > 0 ? Theme.space(3) + words.height : 0)) / 2) : place.inset
        width: place.wordsWidth
        role: place.large || place.beside && Theme.textSize < 2 ? "h1" : "h2"
        font.weight: Font.Bold
        horizontalAlignment: place.beside ? Text.AlignLeft : Text.AlignHCenter
        text: qsTr("Your card goes in here")
        onHeightChanged: Qt.callLater(place.fit)
    }
    CardDrawing {
        readonly property int begins: place.beside ? place.inset : title.y + title.height + Theme.space(2)
        readonly property int ends: place.beside || place.lines === 0 ? place.height - place.inset : words.y - Theme.space(2)
        x: place.inset
        y: begins
        width: place.beside ? title.x - 2 * place.inset : place.wordsWidth
        height: ends - begins
    }
    Column {
        id: words
        x: title.x
        y: place.beside ? title.y + title.height + Theme.space(3) : place.height - place.inset - height
        width: place.wordsWidth
        spacing: Theme.space(1)

        Repeater {
            id: line
            model: place.things
            onCountChanged: Qt.callLater(place.fit)
            Item {
                id: thing
                required property int index
                required property var modelData
                visible: index < place.lines
                width: words.width
                height: Math.max(icon.height, said.implicitHeight)
                onHeightChanged: Qt.callLater(place.fit)

                Icon {
                    id: icon
                    y: Math.round((said.font.pixelSize * 1.3 - height) / 2)
                    side: Theme.px(36)
                    name: thing.modelData.icon
                    colour: Theme.primary
                }
                Words {
                    id: said
                    x: icon.width + Theme.space(1)
                    width: parent.width - x
                    role: place.large || place.beside ? "body" : "caption"
                    color: Theme.text
                    leading: 1.3
                    text: thing.modelData.text
                }
            }
        }
    }
}
