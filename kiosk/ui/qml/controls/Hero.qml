// The deep-blue ground of the first screens: a title, a sentence, a drawing, one bright stripe below.
import QtQuick
import "../theme"

Item {
    id: hero
    property string title
    property string text
    property bool drawing: true
    readonly property int wordsBottom: words.y + words.height

    Rectangle {
        y: -Theme.headerHeight
        width: parent.width
        height: parent.height + Theme.headerHeight
        color: Theme.header
    }
    Icon {
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        visible: hero.drawing && Theme.light && hero.height > Theme.px(200)
        height: Math.min(hero.height - Theme.px(16), Theme.px(400))
        width: Math.round(height * 2.4)
        name: "town"
        colour: Theme.headerArt
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.stripeHeight
        color: Theme.light ? Theme.stripe : Theme.divider
    }
    Column {
        id: words
        x: Theme.margin
        y: Theme.px(Theme.low ? 28 : 36)
        width: hero.drawing ? Math.min(hero.width - 2 * Theme.margin, Theme.px(1000)) : hero.width - 2 * Theme.margin
        spacing: Theme.space(Theme.low ? 0 : 1)

        Words {
            width: parent.width
            role: "display"
            leading: 1.15
            color: Theme.headerText
            text: hero.title
        }
        Words {
            width: parent.width
            color: Theme.headerMuted
            text: hero.text
        }
    }
}
