// How this resident listens: speech, its loudness and speed, and a dark screen while it speaks.
import QtQuick
import booth
import "../theme"

Column {
    id: hearing
    required property Voice voice
    readonly property bool speaks: voice !== null && voice.on

    spacing: Theme.space(2)

    Choices {
        width: parent.width
        title: qsTr("Reading aloud")
        prefix: "speech_"
        answers: [qsTr("Silent"), qsTr("Read the screen to me")]
        chosen: hearing.speaks ? 1 : 0
        onPicked: index => hearing.voice.setOn(index === 1)
    }
    Choices {
        width: parent.width
        visible: hearing.speaks
        title: qsTr("The screen while it is read")
        prefix: "dark_"
        answers: [qsTr("Lit"), qsTr("Dark")]
        chosen: hearing.voice !== null && hearing.voice.dark ? 1 : 0
        onPicked: index => hearing.voice.wantDark(index === 1)
    }
    // Each beside its opposite: in Greek «πιο σιγά» would be both slower and quieter.
    Grid {
        id: steps
        readonly property int widest: Math.max(softer.implicitWidth, louder.implicitWidth, slower.implicitWidth, faster.implicitWidth)
        readonly property int each: Math.floor((width - (columns - 1) * spacing) / columns)
        width: parent.width
        columns: 2 * widest + spacing > width ? 1 : 2
        visible: hearing.speaks
        spacing: Theme.space(2)

        SecondaryButton {
            id: softer
            objectName: "softer"
            width: steps.each
            text: qsTr("Quieter voice")
            onPressed: hearing.voice.changeVolume(-1)
        }
        SecondaryButton {
            id: louder
            objectName: "louder"
            width: steps.each
            text: qsTr("Louder voice")
            onPressed: hearing.voice.changeVolume(1)
        }
        SecondaryButton {
            id: slower
            objectName: "slower"
            width: steps.each
            text: qsTr("Slower reading")
            onPressed: hearing.voice.changeRate(-1)
        }
        SecondaryButton {
            id: faster
            objectName: "faster"
            width: steps.each
            text: qsTr("Faster reading")
            onPressed: hearing.voice.changeRate(1)
        }
    }
}
