Feature: A refused configuration can be mended

  Scenario: All faults are told at once
    When the operator writes the settings, which are refused:
      """
      api: {v2Enabled: maybe}
      password: {minLength: 3}
      rateLimit: {login: {points: many}}
      nowhere: {at: all}
      """
    Then the operator reads all of these faults at once:
      | api.v2Enabled          | wrong_type   |
      | nowhere                | unknown_key  |
      | password.minLength     | out_of_range |
      | rateLimit.login.points | wrong_type   |

  Scenario: A misspelt key
    When the operator writes the settings, which are refused:
      """
      rateLimit: {login: {point: 5}}
      """
    Then the operator reads a suggestion of "rateLimit.login.points"

  Scenario: A sound part of a refused file is not applied
    When the operator writes the settings, which are refused:
      """
      api: {v2Enabled: true}
      password: {minLength: 3}
      """
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: The operator mends the file
    Given the operator writes local.yaml with half of a mapping
    When the operator sets api.v2Enabled to true
    Then the operator reads of no fault
    And revision 2 is in force
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: The operator takes the change back
    Given the operator has set api.v2Enabled to true
    And the operator writes local.yaml with half of a mapping
    When the operator writes the settings again as they were
    Then the operator reads of no fault
    And revision 2 is in force

  Scenario: A broken file is refused aloud
    When the operator writes local.yaml with a limit of zero
    Then the log tells of the refusal, with the key rateLimit.login.points

  Scenario: A secret in a refused file is not repeated
    When the operator writes the settings, which are refused:
      """
      auth: {keys: {encryptionKey: my-secret-is-not-hexadecimal}}
      """
    Then the operator reads that auth.keys.encryptionKey of local.yaml is wrong_type
    And nothing of the secret "my-secret-is-not" is shown or logged

  Scenario: People go on logging in while the files are broken
    Given Ada has an account
    When the operator writes local.yaml with bytes of a picture
    Then Ada can log in
    And no request fails with a server error
