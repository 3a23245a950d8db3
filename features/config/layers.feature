Feature: Where a setting comes from

  Scenario: local.yaml goes over what stands below it
    Given the service was started with the settings:
      """
      api:
        v2Enabled: true
      """
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: An empty layer gives way to what stands below it
    Given the operator has set api.v2Enabled to true
    When the operator clears the settings
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: The environment goes over every file
    Given the service was started with ROLLCALL_API_V2_ENABLED set to "true"
    When the operator sets in one go:
      | api.v2Enabled | false |
      | docs.enabled  | false |
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
    And the environment pins api.v2Enabled by ROLLCALL_API_V2_ENABLED

  Scenario: A byte-order mark does no harm
    When the operator writes the settings with a byte-order mark:
      """
      api: {v2Enabled: true}
      """
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: The same settings in other words are nothing new
    Given the operator writes the settings:
      """
      api: {v2Enabled: true}
      """
    When the operator rewrites the settings in other words and asks for a reload:
      """
      # the same, told at length
      api:
        v2Enabled: true
      """
    Then the reload finds nothing new
    And revision 2 is in force

  Scenario: A restart finds the settings as they were left
    Given the operator has set api.v2Enabled to true
    When the service is restarted
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: Another file of the directory is no layer
    When the operator puts "production.yaml" with half of a mapping beside the others and asks for a reload
    Then the reload finds nothing new
    And the operator reads of no fault
